import type { HandoverJob, PickJob, Versioned } from '../core/model.ts';
import type { OrderRecord } from '../core/orderStore.ts';
import { present, type World } from '../core/world.ts';
import { expectedOutcome, lifeOf } from './lives.ts';
import type { Outcome, ShipmentState } from './lives/life.ts';
import { kindOf, type Part } from './stage.ts';
import type { PartName } from './step.ts';

/** What the commerce order must show once a pipeline has heard everything; field names of the documented preset. */
export interface Expected {
  /** null: it must stay as it was. */
  readonly shipmentState: ShipmentState;
  /** Fields that must have this value. */
  readonly fields: Readonly<Record<string, string | number>>;
  /** Fields that may have one of these values or none: their entity is dead, and a field is never emptied. */
  readonly mayBe: Readonly<Record<string, readonly (string | number)[]>>;
}

/** What is expected of an order whose life has ended; undefined: it still lives. Any other field must be absent. */
export function expectedOf(world: World, record: OrderRecord): Expected | undefined {
  if (record.ahead.length > 0) return undefined;
  const { pickJobs, handoverJobs, shipmentState } = outcomeOf(world, record);
  const names = (Object.keys(record.parts) as PartName[]).filter((name) => name !== 'supplier');
  const parts = (chosen: readonly PartName[]) => chosen.flatMap((name) => record.parts[name] ?? []);
  const livePickJobs = pickJobsOf(world, parts(pickJobs));
  const pickJob = earliest(livePickJobs);
  const dead = pickJob === undefined ? pickJobsOf(world, parts(names)) : [];
  const live = handoverJobsOf(world, parts(handoverJobs));
  const handoverJob = earliest(live.filter(({ pickJobRef }) => pickJobRef === pickJob?.id)) ?? earliest(live);
  const deadHandovers = handoverJob === undefined ? handoverJobsOf(world, parts(names)) : [];
  const units = livePickJobs.reduce((sum, { id }) => sum + (world.state.loadUnitsOfPickJob.get(id)?.length ?? 0), 0);
  return {
    shipmentState,
    fields: present({
      fft_order_id: record.order.id,
      fft_pickjob_id: pickJob?.id,
      fft_short_id: pickJob?.shortId,
      fft_facility_id: pickJob?.facilityRef,
      fft_load_units_amount: units > 0 ? units : undefined,
      fft_handoverjob_id: handoverJob?.id,
    }) as Expected['fields'],
    mayBe: filled({
      fft_pickjob_id: dead.map(({ id }) => id),
      fft_short_id: dead.map(({ shortId }) => shortId),
      fft_facility_id: dead.map(({ facilityRef }) => facilityRef),
      fft_handoverjob_id: deadHandovers.map(({ id }) => id),
    }),
  };
}

/** What the life declares, unless a call cancelled the order: then what was not handed over does not come any more. */
function outcomeOf(world: World, record: OrderRecord): Outcome {
  const kind = kindOf(record);
  const declared = expectedOutcome(record.life, kind, record.tracking);
  const cancelled = record.cancelledByCall ?? (isEndedOutside(record) ? 'early' : undefined);
  if (declared !== undefined && cancelled === undefined) return declared;
  const alive = aliveParts(world, record);
  const jobs = handoverJobsOf(world, Object.values(record.parts));
  if (!jobs.some((job) => job.status === 'HANDED_OVER')) return { shipmentState: 'Canceled', ...alive };
  const ended = cancelled === 'afterwards' && ['Shipped', 'Delivered'].includes(declared?.shipmentState ?? '');
  const shipmentState = ended ? (declared?.shipmentState ?? null) : kind === 'COLLECT' ? 'Delivered' : 'Shipped';
  return { shipmentState, ...alive };
}

/** Made as cancelled, or expired: its own life did not do that. */
const isEndedOutside = ({ order, life }: OrderRecord): boolean =>
  (order.status === 'CANCELLED' || order.status === 'OBSOLETE') &&
  lifeOf(life).steps.every(({ event }) => !/^ORDER_(?:FORCE_)?CANCELLED/.test(event));

/** By the state of their jobs; a part without a live job is in no list. */
export function aliveParts(world: World, { parts }: OrderRecord): Pick<Outcome, 'pickJobs' | 'handoverJobs'> {
  const names = (Object.keys(parts) as PartName[]).filter((name) => name !== 'supplier');
  const having = (jobs: (part: readonly Part[]) => readonly { readonly status: string }[]) =>
    names.filter((name) => jobs([parts[name] ?? { handoverJobIds: [] }]).some(({ status }) => !dead.has(status)));
  return {
    pickJobs: having((part) => pickJobsOf(world, part)),
    handoverJobs: having((part) => handoverJobsOf(world, part)),
  };
}

const dead: ReadonlySet<string> = new Set([
  ...['ABORTED', 'REROUTED', 'REJECTED', 'RESTOWED', 'EXPIRED', 'CANCELED', 'OBSOLETE'],
]);

const pickJobsOf = ({ state }: World, parts: readonly Part[]): PickJob[] =>
  parts.flatMap(({ pickJobId }) => state.pickJobs.get(pickJobId ?? '') ?? []);

const handoverJobsOf = ({ state }: World, parts: readonly Part[]): HandoverJob[] =>
  parts.flatMap(({ handoverJobIds }) => handoverJobIds).flatMap((id) => state.handoverJobs.get(id) ?? []);

const earliest = <T extends Versioned>(entities: readonly T[]): T | undefined =>
  entities.toSorted((a, b) => compare(a.created, b.created) || compare(a.id, b.id))[0];

const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

const filled = (lists: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(Object.entries(lists).filter(([, values]) => values.length > 0));
