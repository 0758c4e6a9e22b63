/**
 * Text on one line, trimmed; undefined when nothing is left. fulfillmenttools refuses empty texts and line breaks in
 * parts of an address (pattern `^.+$`).
 */
export function toLine(text: string | null | undefined): string | undefined {
  if (text === null || text === undefined || text === '') return undefined;
  // Nearly all are as they should be.
  if (!UNTIDY.test(text)) return text;
  const line = text.replace(/\s+/gu, ' ').trim();
  return line === '' ? undefined : line;
}

const UNTIDY = /[^\S ]|^ | $| {2}/u;

/** The list, or undefined when it is empty: fulfillmenttools refuses some lists that are there and empty. */
export function toFilled<Item>(items: readonly Item[]): readonly Item[] | undefined {
  return items.length > 0 ? items : undefined;
}

type Filled<Part> = {
  readonly [Name in keyof Part as undefined extends Part[Name] ? never : Name]: Part[Name];
} & {
  readonly [Name in keyof Part as undefined extends Part[Name] ? Name : never]?: Exclude<Part[Name], undefined>;
};

/** The object without the fields that are undefined. */
export function omitMissing<Part extends object>(part: Part): Filled<Part> {
  const filled: Partial<Part> = {};
  for (const name of Object.keys(part) as (keyof Part)[]) {
    if (part[name] !== undefined) filled[name] = part[name];
  }
  return filled as unknown as Filled<Part>;
}
