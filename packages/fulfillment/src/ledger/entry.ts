import type { CommerceOrderEvent, LedgerEntry, OrderedLine, Placement } from '@pipeline/schemas/types';
import type { PlacedOrder } from '../ports.ts';
import { amendmentOf, asSent, type KnownContent, type PartMarks } from './amendment.ts';
import { type AskedLock, mayBeLocked, toLock } from './lock.ts';
import { change, currentPlacement, isMade, noPlacement, withPlacement } from './placement.ts';

/** Version of a deletion that did not tell one: above every real version, within what Avro's long takes in JavaScript. */
export const BEYOND_ALL_VERSIONS: number = 2 ** 52;

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
  /** Of what is sent. */
  readonly marks: PartMarks;
  /** Of the snapshot that is sent. */
  readonly sentVersion: number;
  /** Is it certain that the attempt on record created nothing? Without one on record it does not matter. */
  readonly earlierCreatedNothing: boolean;
  /** Why the provider is asked to lock it. */
  readonly lock: AskedLock;
  readonly redriveId: string | null;
  readonly at: number;
}

/** The intent to send once: must be acknowledged before the request starts, and again for every further try. */
export function placing(entry: LedgerEntry, input: PlacingInput): LedgerEntry {
  const current = currentPlacement(entry);
  const again = current !== undefined && !isMade(current);
  const { provider, member, collect, lines, orderVersion, redriveId } = input;
  const uncertain = again && (current.uncertain || (current.status === 'placing' && !input.earlierCreatedNothing));
  const next: Placement = {
    ...noPlacement(provider),
    ...(current && { target: current.target }),
    status: 'placing',
    attempt: (current?.attempt ?? 0) + 1,
    uncertain,
    member,
    tenantOrderId: current?.tenantOrderId ?? input.tenantOrderId,
    collect,
    lines,
    orderVersion,
    redriveId: redriveId ?? current?.redriveId ?? null,
    amendment: asSent(input.marks, input.sentVersion),
    lock: uncertain && input.lock === 'none' && mayBeLocked(current.lock) ? 'unlocking' : input.lock,
  };
  return withPlacement(entry, next, input.at);
}

export interface PlacedInput {
  readonly provider: string;
  readonly order: PlacedOrder;
  /** (Default: as-sent) */
  readonly content?: KnownContent;
  readonly orderVersion: number;
  readonly at: number;
}

/** Created, or adopted because it was there. Lines and channel are the provider's; what it does not tell stays as it was asked for. */
export function placed(
  entry: LedgerEntry,
  { provider, order, content = 'as-sent', orderVersion, at }: PlacedInput,
): LedgerEntry {
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
    lock: toLock(current, order),
    amendment: amendmentOf(current, content),
  };
  return withPlacement(entry, next, at);
}

/**
 * Refused by the provider, or given up, and not there. Terminal for replays; a redrive opens the next attempt.
 * `uncertain`: a request of which that is not quite sure. (Default: as it was)
 */
export const rejected = (
  entry: LedgerEntry,
  { reason, at, uncertain }: { reason: string; at: number; uncertain?: boolean },
): LedgerEntry => change(entry, at, { status: 'rejected', reason, ...(uncertain !== undefined && { uncertain }) });

/** An intent that was not started, handed back by a process that drains. */
export const released = (entry: LedgerEntry, { at }: { at: number }): LedgerEntry =>
  change(entry, at, { status: 'released' });

/** The intent to cancel. `redriveId`: of the redrive that led here, tried once for each. */
export const cancelling = (
  entry: LedgerEntry,
  { member, redriveId = null, at }: { member: string; redriveId?: string | null; at: number },
): LedgerEntry =>
  change(entry, at, { status: 'cancelling', member, reason: null, ...(redriveId === null ? {} : { redriveId }) });

/** As an intent that nobody has carried out: a refused cancel that is to be tried again. */
export const cancelDue = (entry: LedgerEntry, { at }: { at: number }): LedgerEntry =>
  change(entry, at, { status: 'cancelling', reason: null });

export const cancelled = (entry: LedgerEntry, { at }: { at: number }): LedgerEntry =>
  change(entry, at, { status: 'cancelled', reason: null, amendment: null });

/** The provider works on it already; its order stays alive. A newer cancel, or a redrive, is tried once more. */
export const cancelRefused = (entry: LedgerEntry, { reason, at }: { reason: string; at: number }): LedgerEntry =>
  change(entry, at, { status: 'cancelRefused', reason });

/** The platform's order was deleted after its goods had left: nothing more is done about it. */
export const gone = (entry: LedgerEntry, { reason, at }: { reason: string; at: number }): LedgerEntry =>
  change(entry, at, { status: 'gone', reason, amendment: null });

/** The tombstone of a cancel or a deletion: confirmations at or below this version are late. */
export function cancelSeen(entry: LedgerEntry, { version, at }: { version: number; at: number }): LedgerEntry {
  return { ...entry, updatedAt: at, cancelVersion: Math.max(entry.cancelVersion ?? 0, version) };
}
