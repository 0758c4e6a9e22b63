import type { PickJob, ProcessState, ProviderOrder, Refund } from '@pipeline/schemas/types';
import { compare, compareText, join } from './join.ts';

interface Entity {
  readonly id: string;
  readonly version: number;
}

/** Puts an entity into a list sorted by id, where only its highest version stays. Returns the list itself when nothing is new. */
export function withEntity<T extends Entity>(list: readonly T[], entity: T): readonly T[] {
  const known = list.find(({ id }) => id === entity.id);
  const next = known ? newer(known, entity) : entity;
  if (next === known) return list;
  return [...list.filter((other) => other !== known), next].sort((a, b) => compareText(a.id, b.id));
}

function newer<T extends Entity>(a: T, b: T): T {
  if (a.version !== b.version) return a.version > b.version ? a : b;
  return join(a, b);
}

/** A process has one order; should the provider ever show two, the greater (version, id) stays. */
export function newerOrder(a: ProviderOrder | null, b: ProviderOrder | null): ProviderOrder | null {
  if (a === null || b === null) return a ?? b;
  if (a.id === b.id) return newer(a, b);
  if (a.version !== b.version) return a.version > b.version ? a : b;
  return a.id > b.id ? a : b;
}

/**
 * As `withEntity`, but load units are read beside the event and may be missing in a newer version. When they are, an
 * entry that holds nothing but the newest known amount stands beside the job: `id`, `version`, `loadUnitsAmount`.
 * That, and no carrying over, makes the result independent of the order of events. `currentPickJobs` reads it.
 */
export function withPickJob(list: readonly PickJob[], job: PickJob): readonly PickJob[] {
  const before = list.filter(({ id }) => id === job.id);
  const same = before.find(({ version }) => version === job.version);
  const versions = [...before.filter((entry) => entry !== same), same ? join(same, job) : job];
  // what is the same as before keeps its identity; versions first, since to compare whole entries is dear
  const after = prune(versions).map(
    (entry) => before.find((old) => old.version === entry.version && compare(old, entry) === 0) ?? entry,
  );
  if (after.length === before.length && after.every((entry, index) => entry === before[index])) return list;
  return [...list.filter(({ id }) => id !== job.id), ...after].sort(
    (a, b) => compareText(a.id, b.id) || a.version - b.version,
  );
}

function prune(versions: readonly PickJob[]): PickJob[] {
  const descending = [...versions].sort((a, b) => b.version - a.version);
  const newest = descending[0];
  const counted = descending.find(({ loadUnitsAmount }) => loadUnitsAmount !== null);
  if (!newest) return [];
  return counted && counted !== newest ? [amountOnly(counted), newest] : [newest];
}

const amountOnly = ({ id, version, loadUnitsAmount }: PickJob): PickJob => ({
  id,
  version,
  status: 'UNKNOWN',
  channel: 'UNKNOWN',
  shortId: null,
  facilityId: null,
  createdAt: 0,
  internal: false,
  routingPlanId: null,
  loadUnitsAmount,
  lines: [],
});

/** One entry for each pick job: its newest version with the newest known amount of load units. */
export function currentPickJobs(list: readonly PickJob[]): PickJob[] {
  return list.flatMap((job, index) => {
    if (list[index + 1]?.id === job.id) return [];
    const before = list[index - 1];
    const amount = before?.id === job.id ? before.loadUnitsAmount : null;
    return [amount === null || job.loadUnitsAmount !== null ? job : { ...job, loadUnitsAmount: amount }];
  });
}

/** A refund has neither id nor version: returnId and createdAt identify it. */
export function withRefund(list: readonly Refund[], refund: Refund): readonly Refund[] {
  const known = list.find(({ returnId, createdAt }) => returnId === refund.returnId && createdAt === refund.createdAt);
  const next = known ? join(known, refund) : refund;
  if (next === known) return list;
  return [...list.filter((other) => other !== known), next].sort(
    (a, b) => compareText(a.returnId, b.returnId) || a.createdAt - b.createdAt,
  );
}

export const emptyProcess = (processId: string): ProcessState => ({
  processId,
  order: null,
  routingPlans: [],
  pickJobs: [],
  handoverJobs: [],
  parcels: [],
  returns: [],
  refunds: [],
  gone: false,
  shipments: [],
  packJobs: [],
});

/** Everything that two process states know, under the id of the first. Returns the first itself when the second adds nothing. */
export function mergeProcess(a: ProcessState, b: ProcessState): ProcessState {
  const merged: ProcessState = {
    processId: a.processId,
    order: newerOrder(a.order, b.order),
    routingPlans: b.routingPlans.reduce(withEntity, a.routingPlans),
    pickJobs: b.pickJobs.reduce(withPickJob, a.pickJobs),
    handoverJobs: b.handoverJobs.reduce(withEntity, a.handoverJobs),
    parcels: b.parcels.reduce(withEntity, a.parcels),
    returns: b.returns.reduce(withEntity, a.returns),
    refunds: b.refunds.reduce(withRefund, a.refunds),
    gone: a.gone || b.gone,
    shipments: b.shipments.reduce(withEntity, a.shipments),
    packJobs: b.packJobs.reduce(withEntity, a.packJobs),
  };
  return (Object.keys(merged) as (keyof ProcessState)[]).every((part) => merged[part] === a[part]) ? a : merged;
}
