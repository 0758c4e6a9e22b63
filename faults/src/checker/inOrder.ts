import { type LedgerEntry, type OrderFulfillmentState, topics } from '@pipeline/schemas';
import { at, type Check, type History, recordsOf, type TopicRecord, type Violation } from './history.ts';

/** I7: what is on record of an order only goes forward, as written by one process after the other. */
export const inOrder: Check = (history) => [...ledgerGoesBack(history), ...statesGoBack(history)];

/** Rank of what may follow what within one attempt. `rejected` is followed by a new attempt only. */
const rank: Readonly<Record<string, number>> = {
  skipped: 0,
  placing: 1,
  released: 2,
  placed: 3,
  rejected: 3,
  cancelling: 4,
  cancelled: 5,
  cancelRefused: 5,
  gone: 5,
};

function ledgerGoesBack(history: History): Violation[] {
  return pairsByKey(recordsOf(history, topics.fulfillmentOrders)).flatMap(([before, after]) => {
    const was = (before.value as LedgerEntry | undefined)?.placements.at(-1);
    const is = (after.value as LedgerEntry | undefined)?.placements.at(-1);
    if (!was || !is) return [];
    // A doubt that is over without an order: the gate judges anew, and may skip.
    if (was.status === 'placing' && is.status === 'skipped' && is.attempt === was.attempt) return [];
    const sameTry = is.attempt === was.attempt && is.redriveId === was.redriveId;
    const back = sameTry && (rank[is.status] ?? 0) < (rank[was.status] ?? 0) && was.status !== 'released';
    const found = `${is.status} of attempt ${is.attempt}, order ${is.providerOrderId ?? 'none'}`;
    if (is.attempt < was.attempt || back)
      return [violation(after, `nothing before ${was.status} of attempt ${was.attempt}`, found)];
    if (was.providerOrderId !== null && is.providerOrderId !== was.providerOrderId)
      return [violation(after, `the provider's order ${was.providerOrderId} as before`, found)];
    return [];
  });
}

function statesGoBack(history: History): Violation[] {
  return pairsByKey(recordsOf(history, topics.fulfillmentStates)).flatMap(([before, after]) => {
    const versions = versionsOf(after.value as OrderFulfillmentState | undefined);
    return [...versionsOf(before.value as OrderFulfillmentState | undefined)].flatMap(([entity, version]) => {
      const found = versions.get(entity);
      if (found !== undefined && found >= version) return [];
      return [violation(after, `${entity} in version ${version} or later`, `version ${found ?? 'none'}`)];
    });
  });
}

/** Each record with the one of its key before it. Tombstones have no before and no after. */
function pairsByKey(records: readonly TopicRecord[]): [TopicRecord, TopicRecord][] {
  const last = new Map<string, TopicRecord>();
  return records.flatMap((record): [TopicRecord, TopicRecord][] => {
    if (record.key === null) return [];
    const before = last.get(record.key);
    last.set(record.key, record);
    return before && before.bytes !== null && record.bytes !== null ? [[before, record]] : [];
  });
}

function versionsOf(state: OrderFulfillmentState | undefined): Map<string, number> {
  const versions = new Map<string, number>();
  for (const { processId, order, pickJobs, handoverJobs, parcels } of state?.processes ?? []) {
    const entities = { order: order ? [order] : [], pickJob: pickJobs, handoverJob: handoverJobs, parcel: parcels };
    for (const [kind, list] of Object.entries(entities))
      for (const { id, version } of list) versions.set(`${kind} ${id} of process ${processId}`, Number(version));
  }
  return versions;
}

const violation = (record: TopicRecord, expected: string, found: string): Violation => ({
  invariant: 'I7',
  ...(record.key === null ? {} : { order: record.key }),
  ...at(record),
  expected,
  found,
});
