import { invalidInput } from '../errors.ts';
import { fieldsOf, refuseUnknownFields } from './fields.ts';
import { parsePredicate, type Predicate } from './predicate.ts';
import { parseSort, type SortKey } from './sort.ts';

export type QueryParameters = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The values of a parameter that may be repeated. */
export function listParameter(query: QueryParameters, name: string): readonly string[] {
  const value = query[name];
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

export interface Page {
  readonly limit: number;
  readonly offset: number;
  /** Whether the answer says how many there are in all. */
  readonly withTotal: boolean;
}

export interface Query extends Page {
  readonly predicate: Predicate | undefined;
  readonly sort: readonly SortKey[];
}

/**
 * `where` (all of them hold), `var.*`, `sort`, `limit` 0..500 (default 20), `offset` 0..10,000, `withTotal`. `fields`
 * are those that documents of this kind may have. Throws ApiError (400).
 */
export function parseQuery(parameters: QueryParameters, fields: ReadonlySet<string>): Query {
  const variables = Object.fromEntries(
    Object.keys(parameters)
      .filter((name) => name.startsWith('var.'))
      .map((name) => [name.slice(4), listParameter(parameters, name)]),
  );
  const predicates = listParameter(parameters, 'where').map((text) => parsePredicate(text, variables));
  const predicate: Predicate | undefined = predicates.length > 1 ? { op: 'and', parts: predicates } : predicates[0];
  if (predicate) refuseUnknownFields(fieldsOf(predicate), fields, 'where');
  const sort = parseSort(listParameter(parameters, 'sort'));
  refuseUnknownFields(
    sort.flatMap(({ path }) => path.slice(0, 1)),
    fields,
    'sort',
  );
  return { ...parsePage(parameters), predicate, sort };
}

function parsePage(parameters: QueryParameters): Page {
  const withTotal = parameters['withTotal'] ?? 'true';
  if (withTotal !== 'true' && withTotal !== 'false')
    throw invalidInput('Malformed parameter: withTotal: true or false.');
  return {
    limit: whole(parameters, 'limit', { preset: 20, max: 500 }),
    offset: whole(parameters, 'offset', { preset: 0, max: 10_000 }),
    withTotal: withTotal === 'true',
  };
}

function whole(parameters: QueryParameters, name: string, { preset, max }: { preset: number; max: number }): number {
  const given = parameters[name];
  const value =
    given === undefined ? preset : typeof given === 'string' && /^\d{1,9}$/.test(given) ? Number(given) : -1;
  if (value < 0 || value > max) throw invalidInput(`Malformed parameter: ${name}: a whole number from 0 to ${max}.`);
  return value;
}

/** The answer to a query. `total` is how many there are beside those of the page. */
export const toPagedAnswer = <Item>(page: Page, results: readonly Item[], total: number) => ({
  ...toHead(page, results.length, total),
  results,
});

/** The same from results that are serialised already: large documents need not be parsed for it. */
export function toSerializedAnswer(page: Page, results: readonly Buffer[], total: number): Buffer {
  const head = JSON.stringify(toHead(page, results.length, total));
  const parts = results.flatMap((result, index) => (index === 0 ? [result] : [comma, result]));
  return Buffer.concat([Buffer.from(`${head.slice(0, -1)},"results":[`), ...parts, Buffer.from(']}')]);
}

const comma = Buffer.from(',');

const toHead = ({ limit, offset, withTotal }: Page, count: number, total: number) => ({
  limit,
  offset,
  count,
  ...(withTotal && { total }),
});
