import { badRequest } from './problem.ts';

export type Query = Readonly<Record<string, string | string[] | undefined>>;

/** A query parameter that may be given once. Throws a 400 when it was repeated. */
export function single(query: Query, name: string): string | undefined {
  const value = query[name];
  if (Array.isArray(value)) throw badRequest('Invalid query', `Parameter ${name} was given more than once.`);
  return value;
}

/** `size` (default 25, 1..500) of list endpoints. Throws a 400 when it is no such number. */
export function pageSize(query: Query): number {
  const text = single(query, 'size');
  if (text === undefined) return 25;
  const size = Number(text);
  if (!/^\d+$/.test(text) || size < 1 || size > 500) {
    throw badRequest('Invalid query', 'Parameter size must be a whole number from 1 to 500.');
  }
  return size;
}

/** The page after `startAfterId`; an id that is not in the list gives an empty page. */
export function page<T extends { readonly id: string }>(all: readonly T[], query: Query): T[] {
  const after = single(query, 'startAfterId');
  const size = pageSize(query);
  if (after === undefined) return all.slice(0, size);
  const at = all.findIndex((entry) => entry.id === after);
  return at < 0 ? [] : all.slice(at + 1, at + 1 + size);
}
