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

/**
 * What the steps of one update may be at most. commercetools takes 500 actions in an update
 * (docs.commercetools.com/api/limits); the other groups need fewer than the rest.
 */
const MOST_STEPS = 480;

/**
 * The same as several updates, when it is too much for one: what has no steps first, then a group's steps after the
 * other's, in their order. A group whose steps fit into one update stays whole.
 */
export function divide(change: StatusChange): readonly StatusChange[] {
  const { deliveries = [], returns = [] } = change;
  if (deliveries.length + returns.length <= MOST_STEPS) return [change];
  const rest = groupsOf(change).filter((name) => name !== 'deliveries' && name !== 'returns');
  return [
    ...(rest.length > 0 ? [only(change, rest)] : []),
    ...chunks(deliveries).map((steps) => ({ ...nothing, deliveries: steps })),
    ...chunks(returns).map((steps) => ({ ...nothing, returns: steps })),
  ];
}

/** One change of what is left of a divided group: this part of it, and those of the others that are of it too. */
export function rejoin(part: StatusChange, others: readonly StatusChange[]): StatusChange {
  const all = [part, ...others];
  return {
    ...part,
    ...(part.deliveries ? { deliveries: all.flatMap(({ deliveries = [] }) => deliveries) } : {}),
    ...(part.returns ? { returns: all.flatMap(({ returns = [] }) => returns) } : {}),
  };
}

/** Are both of the same groups, as the parts of one that was divided are? */
export const isOfSameGroups = (one: StatusChange, other: StatusChange): boolean =>
  groupsOf(one).join() === groupsOf(other).join();

function chunks<Step>(steps: readonly Step[]): Step[][] {
  const count = Math.ceil(steps.length / MOST_STEPS);
  return Array.from({ length: count }, (_, index) => steps.slice(index * MOST_STEPS, (index + 1) * MOST_STEPS));
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
