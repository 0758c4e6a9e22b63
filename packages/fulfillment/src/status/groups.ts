import type { OrderFulfillmentState, RefusedGroup } from '@pipeline/schemas/types';
import type { StatusChange } from '../ports.ts';

const nothing: StatusChange = { shipmentState: null, fields: {} };

/**
 * Parts of an update of which the platform can refuse one while the others are right: what the change holds of each,
 * null: nothing. In the order in which they are tried by themselves: what the shop sees first.
 */
const groups = {
  state: ({ shipmentState }) => (shipmentState === null ? null : { shipmentState }),
  fields: ({ fields }) => (Object.keys(fields).length === 0 ? null : { fields }),
  deliveries: ({ deliveries }) => (deliveries?.length ? { deliveries } : null),
  returns: ({ returns }) => (returns?.length ? { returns } : null),
  syncInfo: ({ syncInfo }) => (syncInfo ? { syncInfo } : null),
} satisfies Readonly<Record<string, (change: StatusChange) => Partial<StatusChange> | null>>;

export type StatusGroup = keyof typeof groups;
const groupNames = Object.keys(groups) as readonly StatusGroup[];

/** The groups of which the change holds anything. */
export const groupsOf = (change: StatusChange): readonly StatusGroup[] =>
  groupNames.filter((name) => groups[name](change) !== null);

/** One change for each group. */
export const byGroup = (change: StatusChange): readonly StatusChange[] =>
  groupsOf(change).map((name) => only(change, [name]));

/**
 * The updates that a change is sent as. A group that was refused the last time goes by itself, after the rest, so that
 * it is in the way of nothing. None at all when everything was refused as it is: the next change tries again.
 *
 * @param again they are to be tried again as they are, after a redrive
 */
export function toUpdates(
  change: StatusChange,
  { refused }: Pick<OrderFulfillmentState, 'refused'>,
  again = false,
): readonly StatusChange[] {
  const parts = byGroup(change);
  if (!again && parts.every((part) => isRefused(part, refused))) return [];
  const isSuspect = (name: string) => refused.some(({ group }) => group === name);
  const fresh = groupsOf(change).filter((name) => !isSuspect(name));
  const suspects = parts.filter((part) => groupsOf(part).some(isSuspect));
  return fresh.length > 0 ? [only(change, fresh), ...suspects] : suspects;
}

/** Was this change, which is of one group, refused the last time as it is? */
export const isRefused = (part: StatusChange, refused: readonly RefusedGroup[]): boolean =>
  groupsOf(part).some((name) => refused.some(({ group, value }) => group === name && value === valueOf(part, name)));

/** The state after a change of one group was refused for good. `code`: the platform's. */
export function withRefusal(state: OrderFulfillmentState, part: StatusChange, code: string): OrderFulfillmentState {
  const added = groupsOf(part).map((group) => ({ group, value: valueOf(part, group), code }));
  return { ...state, refused: [...withoutRefusals(state.refused, part), ...added] };
}

/** Those of the groups that the change does not touch. */
export const withoutRefusals = (refused: readonly RefusedGroup[], change: StatusChange): readonly RefusedGroup[] =>
  refused.filter(({ group }) => !groupsOf(change).some((name) => name === group));

const only = (change: StatusChange, names: readonly StatusGroup[]): StatusChange =>
  Object.assign({}, nothing, ...names.map((name) => groups[name](change))) as StatusChange;

const valueOf = (change: StatusChange, name: StatusGroup): string => JSON.stringify(groups[name](change));
