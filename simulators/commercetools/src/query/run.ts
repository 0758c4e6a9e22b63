import { createDice } from '../dice.ts';
import type { Fields } from '../model.ts';
import { holds } from './evaluate.ts';
import type { Query } from './query.ts';
import { createComparison } from './sort.ts';

/** One that may be found: what predicates and sorting mostly need, and the whole document when that is not enough. */
export interface Candidate {
  readonly facets: Fields;
  readonly document: () => Fields;
}

export interface Found<Item> {
  readonly page: readonly Item[];
  readonly total: number;
}

/**
 * Filters, sorts and cuts out the page. `sorted`: candidates come in the order that the query asks for, so that no more
 * than the page is looked at when no total is wanted. `arbitrary`: without `sort` they come in no useful order.
 */
export function runQuery<Item extends Candidate>(
  candidates: Iterable<Item>,
  { predicate, sort, limit, offset, withTotal }: Query,
  { sorted = false, arbitrary = false, needsDocument = false } = {},
): Found<Item> {
  const matches = (item: Item): boolean =>
    predicate === undefined || holds(predicate, needsDocument ? item.document() : item.facets);
  const found: Item[] = [];
  for (const item of candidates) {
    if (!matches(item)) continue;
    found.push(item);
    if (sorted && !withTotal && found.length === offset + limit) break;
  }
  if (!sorted && sort.length > 0) {
    const compare = createComparison(sort);
    const rows = found.map((item) => ({ item, fields: needsDocument ? item.document() : item.facets }));
    rows.sort((left, right) => compare(left.fields, right.fields));
    return { page: rows.slice(offset, offset + limit).map(({ item }) => item), total: found.length };
  }
  if (arbitrary && sort.length === 0) sortByHash(found);
  return { page: found.slice(offset, offset + limit), total: found.length };
}

const dice = createDice(0);

function sortByHash(items: Candidate[]): void {
  items.sort((left, right) => dice('order', String(left.facets.id)) - dice('order', String(right.facets.id)));
}
