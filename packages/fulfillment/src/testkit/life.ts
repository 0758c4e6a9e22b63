import type { Channel, HandoverJob, OrderedLine, PackJob, PickJob } from '@pipeline/schemas/types';
import {
  aHandoverJob,
  aPackJob,
  aLedgerEntry,
  aPickJob,
  aPlacement,
  aProviderOrder,
  aRoutingPlan,
  NOON,
  PROVIDER_ORDER_ID,
} from './factories.ts';
import { type LifeStep, step } from './lifeStep.ts';
import { returnLives } from './returnLives.ts';
import { notShipped, shippingLife } from './shippingLife.ts';
import { createTape, type LifeOptions, type Tape } from './tape.ts';

export type { LifeStep } from './lifeStep.ts';

/** What happened to one order, from its placement on. */
export interface Life {
  readonly channel: 'DELIVERY' | 'COLLECT';
  readonly ordered: readonly OrderedLine[];
  /** In the order in which they happen: ledger first, each entity with rising versions. */
  readonly steps: readonly LifeStep[];
}

/**
 * A possible life of an order from a tape of numbers: split into one to three pick jobs side by side, short picks,
 * reroutes, second tries for what was short, packing, handovers, reverts, cancels, parcels, returns, accounts whose load
 * units could not be read, and the end of the process's data (anonymized, deleted).
 */
export function aLife(numbers: readonly number[], options: LifeOptions = {}): Life {
  const tape = createTape(numbers, options);
  const channel = tape.chance(2) ? 'COLLECT' : 'DELIVERY';
  const ordered = Array.from({ length: 1 + tape.below(3) }, (_, index) => ({
    articleId: `sku-${index + 1}`,
    quantity: 1 + tape.below(3),
  }));
  const end = ending(ordered, tape);
  const parts = split(ordered, tape);
  const lanes = parts.map((lines, index) => jobLife({ name: `${index + 1}`, lines, channel, tape, planned: true }));
  const steps = [...opening(ordered, channel, parts), ...interleave(lanes, tape), ...end];
  return { channel, ordered, steps };
}

function opening(ordered: readonly OrderedLine[], channel: Channel, parts: readonly OrderedLine[][]): LifeStep[] {
  const collect = channel === 'COLLECT';
  const intent = aPlacement({
    status: 'placing',
    providerOrderId: null,
    processId: null,
    placedAt: null,
    collect,
    lines: ordered,
  });
  const plan = aRoutingPlan({ id: 'plan-0', lines: ordered, status: 'WAITING' });
  return [
    { input: aLedgerEntry({ placements: [intent], updatedAt: NOON - 10 }), lowers: false },
    { input: aLedgerEntry({ placements: [aPlacement({ collect, lines: ordered })] }), lowers: false },
    step({ order: aProviderOrder({ lines: ordered }) }),
    step({ routingPlan: plan }),
    step({ routingPlan: { ...plan, version: 2, status: parts.length > 1 ? 'SPLIT' : 'OBSOLETE' } }),
    ...parts.map((lines, index) =>
      step({ routingPlan: { ...plan, id: `plan-${index + 1}`, parentId: plan.id, status: 'ROUTED', lines } }),
    ),
  ];
}

function split(ordered: readonly OrderedLine[], tape: Tape): OrderedLine[][] {
  const parts: OrderedLine[][] = Array.from({ length: 1 + tape.below(3) }, () => []);
  for (const { articleId, quantity } of ordered) {
    const first = tape.below(parts.length);
    const moved = tape.below(quantity);
    parts[first]?.push({ articleId, quantity: quantity - moved });
    if (moved > 0) parts[(first + 1) % parts.length]?.push({ articleId, quantity: moved });
  }
  return parts.filter((lines) => lines.length > 0).map(summed);
}

function summed(lines: readonly OrderedLine[]): OrderedLine[] {
  const ids = [...new Set(lines.map(({ articleId }) => articleId))];
  return ids.map((articleId) => ({
    articleId,
    quantity: lines.filter((line) => line.articleId === articleId).reduce((sum, line) => sum + line.quantity, 0),
  }));
}

interface JobLife {
  readonly name: string;
  readonly lines: readonly OrderedLine[];
  readonly channel: 'DELIVERY' | 'COLLECT';
  readonly tape: Tape;
  /** Does it bring new work for goods that may count as settled? */
  readonly reopens?: boolean;
  /** Is there a routing plan for it? */
  readonly planned?: boolean;
}

function jobLife({ name, lines, channel, tape, reopens = false, planned = false }: JobLife): LifeStep[] {
  const anonymous = tape.chance(4);
  const ids = anonymous ? { processId: null, providerOrderId: PROVIDER_ORDER_ID } : {};
  const created = aPickJob({
    id: `pick-${name}`,
    shortId: `S${name}`,
    channel,
    createdAt: NOON + tape.below(3),
    routingPlanId: planned ? `plan-${name}` : null,
    lines: lines.map((line) => ({ ...line, picked: 0 })),
  });
  const event = (job: PickJob, lowers = false): LifeStep =>
    step({ pickJob: job, occurredAt: NOON + job.version, ...ids }, lowers);
  const steps = [event(created, reopens)];
  if (tape.mishap(4)) {
    const lost = event({ ...created, version: 2, status: 'REROUTED' });
    // New work for goods that may have been counted as settled: between the two, the quantities alone do not tell this
    // loss from a shortage of another job whose goods were picked again.
    return [...steps, lost, ...jobLife({ name: `${name}r`, lines, channel, tape, reopens: true })];
  }
  if (tape.chance(2)) steps.push(event({ ...created, version: 2, status: 'IN_PROGRESS' }));
  const picked = created.lines.map((line) => ({ ...line, picked: line.quantity - (tape.chance(4) ? 1 : 0) }));
  const version = 3 + tape.below(3);
  const finished: PickJob = {
    ...created,
    version,
    status: 'CLOSED',
    lines: picked,
    loadUnitsAmount: 1 + tape.below(3),
  };
  steps.push(event(finished));
  if (tape.chance(2)) steps.push(event({ ...finished, loadUnitsAmount: tape.chance(2) ? null : 1 + tape.below(3) }));
  if (tape.chance(2)) steps.push(event({ ...finished, version: version + 1, loadUnitsAmount: null }));
  if (tape.chance(3)) steps.push(event({ ...finished, version: version + 2, loadUnitsAmount: 1 + tape.below(3) }));
  if (picked.some((line) => line.picked > 0)) {
    const packing = packLife(finished, tape);
    const handover = handoverLife({ job: finished, channel, tape, reopens });
    // Handed over as it is: what comes of its packing is told late.
    steps.push(...(tape.chance(5) ? [...handover, ...packing] : [...packing, ...handover]));
  }
  const short = picked
    .filter((line) => line.picked < line.quantity)
    .map(({ articleId }) => ({ articleId, quantity: 1 }));
  if (short.length === 0 || !tape.mishap(2)) return steps;
  return [...steps, ...jobLife({ name: `${name}s`, lines: short, channel, tape, reopens: true })];
}

/** None, one, or a second one after the first was dropped; the last is packed, or its end is never told. */
function packLife(job: PickJob, tape: Tape): LifeStep[] {
  const life = (name: string, ...states: readonly PackJob['status'][]): LifeStep[] => {
    const created = aPackJob({ id: `pack${name}`, pickJobId: job.id });
    return states.map((status, index) => step({ packJob: { ...created, version: 1 + index, status } }));
  };
  if (tape.chance(2)) return [];
  const name = job.id.replace('pick', '');
  const dropped = tape.chance(4) ? life(`${name}x`, 'OPEN', tape.chance(2) ? 'CANCELED' : 'OBSOLETE') : [];
  const last = tape.chance(4) ? life(name, 'OPEN', 'PAUSED') : life(name, 'OPEN', 'IN_PROGRESS', 'CLOSED');
  return [...dropped, ...last];
}

interface HandoverLife extends Pick<JobLife, 'channel' | 'tape'> {
  readonly job: PickJob;
  readonly reopens: boolean;
}

function handoverLife({ job, channel, tape, reopens }: HandoverLife): LifeStep[] {
  const name = job.id.replace('pick', '');
  const lines = job.lines.filter(({ picked }) => picked > 0);
  const shipped = channel === 'DELIVERY' ? shippingLife(job, tape) : notShipped;
  const open: HandoverJob = aHandoverJob({
    id: `handover${name}`,
    pickJobId: job.id,
    channel,
    parcelId: shipped.parcelId,
    shipmentId: shipped.shipmentId,
    createdAt: job.createdAt + 1,
    lines: lines.map(({ articleId, picked }) => ({ articleId, quantity: picked, handedOver: 0, refused: 0 })),
  });
  const given = open.lines.map((line) => {
    const refused = tape.chance(6) ? 1 : 0;
    return { ...line, handedOver: line.quantity - refused, refused };
  });
  const event = (next: Partial<HandoverJob>, lowers = false): LifeStep =>
    step({ handoverJob: { ...open, ...next } }, lowers);
  const steps = [...shipped.before, event({}, reopens)];
  if (tape.mishap(6))
    return [...steps, event({ version: 2, status: 'CANCELED', cancelReason: 'CONSUMER_NO_SHOW' }, true)];
  steps.push(event({ version: 2, status: 'HANDED_OVER', lines: given }));
  if (tape.mishap(4)) {
    steps.push(event({ version: 3, status: 'OPEN' }, true), event({ version: 5, status: 'HANDED_OVER', lines: given }));
  }
  return [...steps, ...shipped.after];
}

/** The lanes' steps in one row, those of a lane in their order. */
export function interleave(lanes: readonly (readonly LifeStep[])[], tape: Tape): LifeStep[] {
  const rest = lanes.map((lane) => [...lane]).filter((lane) => lane.length > 0);
  const steps: LifeStep[] = [];
  for (;;) {
    const open = rest.filter((lane) => lane.length > 0);
    const next = open[tape.below(Math.max(1, open.length))]?.shift();
    if (!next) return steps;
    steps.push(next);
  }
}

function ending(ordered: readonly OrderedLine[], tape: Tape): LifeStep[] {
  const steps: LifeStep[] = [];
  if (tape.mishap(4)) {
    const cancellation = (['CANCELLED', 'FORCE_CANCELLED', 'EXPIRED'] as const)[tape.below(3)] ?? 'CANCELLED';
    const order = aProviderOrder({ lines: ordered, version: 9, status: 'CANCELLED', cancellation });
    // one account comes from an event, one from a read that cannot tell why
    steps.push(step({ order }, true), step({ order: { ...order, cancellation: 'NONE' } }, true));
  }
  steps.push(...returnLives(ordered, tape));
  if (!tape.chance(3)) return steps;
  const gone = [step({ type: 'ProcessGone' }), step({ type: 'ProcessGone', occurredAt: NOON + 99 })];
  // anonymized, deleted: mostly after everything else, at times before its last accounts
  return tape.chance(3) ? [...gone, ...steps] : [...steps, ...gone];
}
