/** A request to the control API that cannot be served; answered with 400 and the message. */
export class ControlRefusal extends Error {}

export type Members = Readonly<Record<string, unknown>>;

/** The body as an object with no members but these. Throws ControlRefusal that names the others. */
export function parseMembers(body: unknown, what: string, known: readonly string[]): Members {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new ControlRefusal(`The body must be ${what} as a JSON object.`);
  refuseUnknown(Object.keys(body), known, `${what} has no member`);
  return body as Members;
}

export function refuseUnknown(names: readonly string[], known: readonly string[], complaint: string): void {
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const there = known.length === 0 ? 'There is none at all.' : `Known: ${known.join(', ')}.`;
  const sentence = `${complaint} ${unknown.map((name) => `'${name}'`).join(', ')}. ${there}`;
  throw new ControlRefusal(sentence.charAt(0).toUpperCase() + sentence.slice(1));
}

/** For requests that need no body: none, or an empty object. */
export const parseNothing = (body: unknown): Members => parseMembers(body ?? {}, 'the body', []);
