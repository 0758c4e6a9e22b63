import type { CommerceOrderEvent, LedgerEntry, OrderedLine, Placement } from '@pipeline/schemas/types';
import type { PlacedOrder } from '../ports.ts';

/** Target of an order with one shipping address. */
export const WHOLE_ORDER = 'order';

/** Version of a deletion that did not tell one: above every real version, within what Avro's long takes in JavaScript. */
export const BEYOND_ALL_VERSIONS: number = 2 ** 52;

/** The latest placement of a target: the one with the highest attempt. Earlier ones are orders that were made and cancelled. */
export function currentPlacement(entry: LedgerEntry | undefined, target: string = WHOLE_ORDER): Placement | undefined {
  return entry?.placements
    .filter((placement) => placement.target === target)
    .reduce<Placement | undefined>((best, next) => (best && best.attempt > next.attempt ? best : next), undefined);
}

/** Is or was there an order at the provider, as far as is on record? */
export function isMade(placement: Placement): boolean {
  return ['placed', 'cancelling', 'cancelled', 'cancelRefused', 'gone'].includes(placement.status);
}

/** Provider orders of earlier placements of the target: a forced new one must not take them for its own. */
export function earlierProviderOrderIds(entry: LedgerEntry | undefined, target: string = WHOLE_ORDER): string[] {
  const current = currentPlacement(entry, target);
  return (entry?.placements ?? [])
    .filter((placement) => placement.target === target && placement !== current)
    .map(({ providerOrderId }) => providerOrderId)
    .filter((id) => id !== null);
}

/** The entry of an order that the ledger does not know yet. `at`: ms since the epoch. */
export function newEntry(event: CommerceOrderEvent, at: number): LedgerEntry {
  const { orderId, orderNumber, platform, instance, projectKey } = event;
  return {
    orderId,
    orderNumber,
    platform,
    instance,
    projectKey,
    orderVersion: 0,
    cancelVersion: null,
    updatedAt: at,
    placements: [],
  };
}

const noPlacement = (provider: string): Placement => ({
  target: WHOLE_ORDER,
  provider,
  status: 'unknown',
  reason: null,
  attempt: 0,
  uncertain: false,
  member: null,
  tenantOrderId: null,
  providerOrderId: null,
  processId: null,
  collect: false,
  lines: [],
  orderVersion: 0,
  placedAt: null,
  redriveId: null,
});

/** Replaces the current placement, but keeps beside it an order that was made when an attempt for a new one starts. */
function withPlacement(entry: LedgerEntry, next: Placement, at: number): LedgerEntry {
  const current = currentPlacement(entry, next.target);
  const keep = current && isMade(current) && current.providerOrderId !== null && next.attempt > current.attempt;
  const others = entry.placements.filter((placement) => placement !== current || keep);
  const orderVersion = Math.max(entry.orderVersion, next.orderVersion);
  return { ...entry, orderVersion, updatedAt: at, placements: [...others, next] };
}

function change(entry: LedgerEntry, at: number, what: Partial<Placement>): LedgerEntry {
  const current = currentPlacement(entry);
  return current ? withPlacement(entry, { ...current, ...what }, at) : { ...entry, updatedAt: at };
}

/** Not placed, and why. What is known of earlier attempts stays. `orderVersion`: the higher of event and snapshot. */
export function skipped(
  entry: LedgerEntry,
  { provider, reason, orderVersion, redriveId = null, at }: SkippedInput,
): LedgerEntry {
  const current = currentPlacement(entry);
  if (current && isMade(current)) return { ...entry, updatedAt: at };
  const before = current ?? noPlacement(provider);
  const next: Placement = {
    ...before,
    status: 'skipped',
    reason,
    orderVersion,
    redriveId: redriveId ?? before.redriveId,
  };
  return withPlacement(entry, next, at);
}

export interface SkippedInput {
  readonly provider: string;
  readonly reason: string;
  readonly orderVersion: number;
  /** Of the redrive that led here: judged once for each. (Default: as on record) */
  readonly redriveId?: string | null;
  readonly at: number;
}

export interface PlacingInput {
  readonly provider: string;
  /** The process that is going to send. */
  readonly member: string;
  /** Counts only for the first attempt. */
  readonly tenantOrderId: string;
  readonly collect: boolean;
  readonly lines: readonly OrderedLine[];
  /** Version of the snapshot that the gate judged. */
  readonly orderVersion: number;
  /** Is it certain that the attempt on record created nothing? Without one on record it does not matter. */
  readonly earlierCreatedNothing: boolean;
  readonly redriveId: string | null;
  readonly at: number;
}

/** The intent to send once: must be acknowledged before the request starts, and again for every further try. */
export function placing(entry: LedgerEntry, input: PlacingInput): LedgerEntry {
  const current = currentPlacement(entry);
  const again = current !== undefined && !isMade(current);
  const { provider, member, collect, lines, orderVersion, redriveId } = input;
  const next: Placement = {
    ...noPlacement(provider),
    status: 'placing',
    attempt: (current?.attempt ?? 0) + 1,
    uncertain: again && (current.uncertain || (current.status === 'placing' && !input.earlierCreatedNothing)),
    member,
    tenantOrderId: current?.tenantOrderId ?? input.tenantOrderId,
    collect,
    lines,
    orderVersion,
    redriveId: redriveId ?? current?.redriveId ?? null,
  };
  return withPlacement(entry, next, input.at);
}

export interface PlacedInput {
  readonly provider: string;
  readonly order: PlacedOrder;
  readonly orderVersion: number;
  readonly at: number;
}

/** Created, or adopted because it was there. Lines and channel are the provider's; what it does not tell stays as it was asked for. */
export function placed(entry: LedgerEntry, { provider, order, orderVersion, at }: PlacedInput): LedgerEntry {
  const current = currentPlacement(entry) ?? noPlacement(provider);
  const next: Placement = {
    ...current,
    provider,
    status: 'placed',
    reason: null,
    attempt: Math.max(1, current.attempt),
    uncertain: false,
    tenantOrderId: order.tenantOrderId ?? current.tenantOrderId,
    providerOrderId: order.providerOrderId,
    processId: order.processId,
    collect: order.collect || current.collect,
    lines: order.lines.length > 0 ? order.lines : current.lines,
    orderVersion: current.status === 'placing' ? current.orderVersion : orderVersion,
    placedAt: at,
  };
  return withPlacement(entry, next, at);
}

/** Refused by the provider and not there. Terminal for replays; a redrive opens the next attempt. */
export const rejected = (entry: LedgerEntry, { reason, at }: { reason: string; at: number }): LedgerEntry =>
  change(entry, at, { status: 'rejected', reason });

/** An intent that was not started, handed back by a process that drains. */
export const released = (entry: LedgerEntry, { at }: { at: number }): LedgerEntry =>
  change(entry, at, { status: 'released' });

/** The intent to cancel. */
export const cancelling = (entry: LedgerEntry, { member, at }: { member: string; at: number }): LedgerEntry =>
  change(entry, at, { status: 'cancelling', member, reason: null });

export const cancelled = (entry: LedgerEntry, { at }: { at: number }): LedgerEntry =>
  change(entry, at, { status: 'cancelled', reason: null });

/** The provider works on it already; its order stays alive. */
export const cancelRefused = (entry: LedgerEntry, { reason, at }: { reason: string; at: number }): LedgerEntry =>
  change(entry, at, { status: 'cancelRefused', reason });

/** The platform's order was deleted after its goods had left: nothing more is done about it. */
export const gone = (entry: LedgerEntry, { reason, at }: { reason: string; at: number }): LedgerEntry =>
  change(entry, at, { status: 'gone', reason });

/** The tombstone of a cancel or a deletion: confirmations at or below this version are late. */
export function cancelSeen(entry: LedgerEntry, { version, at }: { version: number; at: number }): LedgerEntry {
  return { ...entry, updatedAt: at, cancelVersion: Math.max(entry.cancelVersion ?? 0, version) };
}
