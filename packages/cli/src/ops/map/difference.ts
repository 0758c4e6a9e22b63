import type { ExplainedOrder } from '@pipeline/provider-fulfillmenttools';

export type Change = 'added' | 'removed' | 'changed' | 'refused' | 'accepted' | 'left-out';

/** How one order would be mapped otherwise. */
export interface Difference {
  readonly change: Change;
  /** Where in the fulfillment order, e.g. `orderLineItems.0.article.weight`; of what is refused or accepted the code. */
  readonly path: string;
  /** Personal data for all that is known here: only for somebody who asks for it. */
  readonly before?: unknown;
  readonly after?: unknown;
}

type Explained = Pick<ExplainedOrder, 'order' | 'problem' | 'notes'>;

/** Is in every order, and names the file. */
const VERSION = 'customAttributes.commercetoolsMappingVersion';

/** What the second mapping of an order makes of it that the first does not. The version of the mapping does not count. */
export function toDifferences(before: Explained, after: Explained): readonly Difference[] {
  const [was, is] = [before.problem?.code, after.problem?.code];
  if (was !== undefined && is !== undefined)
    return was === is ? [] : [{ change: 'refused', path: `${is}, was ${was}` }];
  if (is !== undefined) return [{ change: 'refused', path: is }];
  if (was !== undefined) return [{ change: 'accepted', path: was }];
  return compare(before.order, after.order, '').filter(({ path }) => path !== VERSION);
}

/** What one mapping refuses, and what it leaves out. */
export function toShortcomings({ problem, notes }: Explained): readonly Difference[] {
  if (problem) return [{ change: 'refused', path: problem.code }];
  return notes.flatMap(({ kind, field }) => (kind === 'warning' ? [{ change: 'left-out' as const, path: field }] : []));
}

/** The same for orders that differ in the same way: places in lists do not count. */
export const kindOf = ({ change, path }: Difference): string => `${change} ${path.replace(/(?<=\.)\d+(?=\.|$)/g, '*')}`;

function compare(before: unknown, after: unknown, path: string): Difference[] {
  if (before === undefined) return after === undefined ? [] : [{ change: 'added', path, after }];
  if (after === undefined) return [{ change: 'removed', path, before }];
  if (!isObject(before) || !isObject(after) || Array.isArray(before) !== Array.isArray(after))
    return Object.is(before, after) ? [] : [{ change: 'changed', path, before, after }];
  const [first, second] = [toParts(before, after), toParts(after, before)];
  return [...new Set([...first.keys(), ...second.keys()])].flatMap((name) =>
    compare(first.get(name), second.get(name), path === '' ? name : `${path}.${name}`),
  );
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Items of a list go by what they are called, where all have a name of their own, else by their place. */
function toParts(value: object, other: object): ReadonlyMap<string, unknown> {
  if (!Array.isArray(value) || !Array.isArray(other)) return new Map(Object.entries(value));
  const named = toNames(value) !== undefined && toNames(other) !== undefined;
  return new Map(value.map((item: unknown, at) => [named ? String(nameOf(item)) : String(at), item]));
}

function toNames(items: readonly unknown[]): readonly string[] | undefined {
  const names = items.map(nameOf).filter((name) => name !== undefined);
  return names.length === items.length && new Set(names).size === names.length ? names : undefined;
}

/** Of tags, stickers, attributes, facilities. Never a number: a place is one. */
function nameOf(item: unknown): string | undefined {
  if (!isObject(item)) return undefined;
  const { key, id, tenantFacilityId } = item as Readonly<Record<string, unknown>>;
  const name = key ?? id ?? tenantFacilityId;
  return typeof name === 'string' && !/^\d*$/.test(name) ? name : undefined;
}
