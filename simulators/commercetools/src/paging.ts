import { invalidInput } from './errors.ts';

export interface Page {
  readonly limit: number;
  readonly offset: number;
}

type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The values of a parameter that may be repeated. */
export function listParameter(query: Query, name: string): readonly string[] {
  const value = query[name];
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

/** Throws ApiError (400) outside of limit 0..500 and offset 0..10,000. */
export function parsePage(query: Query): Page {
  const limit = Number(query.limit ?? 20);
  const offset = Number(query.offset ?? 0);
  if (!Number.isInteger(limit) || limit < 0 || limit > 500) throw invalidInput('Malformed parameter: limit: 0 to 500.');
  if (!Number.isInteger(offset) || offset < 0 || offset > 10_000)
    throw invalidInput('Malformed parameter: offset: 0 to 10000.');
  return { limit, offset };
}

/**
 * Predicates of `where`, all of which hold. The simulator knows `<field> = "<text>"` for the fields named; anything
 * else throws ApiError (400): a predicate that is silently ignored would hide an error.
 */
export function parseWhere(query: Query, fields: readonly string[]): readonly { field: string; value: string }[] {
  return listParameter(query, 'where').map((predicate) => {
    const [, field, value] = /^\s*(\w+)\s*=\s*"([^"\\]*)"\s*$/.exec(predicate) ?? [];
    if (field === undefined || value === undefined || !fields.includes(field))
      throw invalidInput(
        `Malformed parameter: where: the simulator knows <field> = "<text>" with ${fields.join(', ')}, not '${predicate}'.`,
      );
    return { field, value };
  });
}

export function toPage<T>(all: readonly T[], { limit, offset }: Page) {
  const results = all.slice(offset, offset + limit);
  return { limit, offset, count: results.length, total: all.length, results };
}
