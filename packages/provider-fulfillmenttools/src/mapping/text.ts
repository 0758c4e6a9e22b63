/**
 * Text on one line, trimmed; undefined when nothing is left. fulfillmenttools refuses empty texts and line breaks in
 * parts of an address (pattern `^.+$`).
 */
export function toLine(text: string | null | undefined): string | undefined {
  const line = (text ?? '').replace(/\s+/gu, ' ').trim();
  return line === '' ? undefined : line;
}

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
  return Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined)) as Filled<Part>;
}
