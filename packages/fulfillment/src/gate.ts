import type { CommerceOrderEvent, LedgerEntry, OrderSnapshot } from '@pipeline/schemas/types';
import { customFieldText } from './customFields.ts';
import { excludedBy, excludeNothing, type ExcludePolicy } from './exclude.ts';
import { currentPlacement, isMade } from './ledger/placement.ts';
import { dividedInto } from './ledger/targets.ts';

/** What may become a fulfillment order, as a value. */
export interface GatePolicy {
  /** Orders confirmed before this instant (ms since the epoch) are history. null only in a sandbox: no limit. */
  readonly placeConfirmedSince: number | null;
  /** Imported orders older than this (ms) are history. (Default: 2 d) */
  readonly importedMaxAgeMs: number;
  /**
   * By payment state: `lock` places the order held, to be unlocked in a state that is not listed here; `wait` places
   * nothing until a newer version. (Default: none)
   */
  readonly hold: Readonly<Record<string, 'lock' | 'wait'>>;
  readonly exclude: ExcludePolicy;
  /** Order fields that name an existing provider order, of every preset. (Default: `fft_order_id`) */
  readonly providerOrderIdFields: readonly string[];
  /** Channel whose syncInfo names an existing provider order; null: not used. */
  readonly syncChannelId: string | null;
}

export const defaultGatePolicy: Omit<GatePolicy, 'placeConfirmedSince'> = {
  importedMaxAgeMs: 2 * 24 * 60 * 60 * 1_000,
  hold: {},
  exclude: excludeNothing,
  providerOrderIdFields: ['fft_order_id'],
  syncChannelId: null,
};

export type GateDecision =
  | { readonly decision: 'place'; readonly held: boolean }
  /** Read that order of the provider and take it as placed. When it is not there: skip with `adopt-not-found`. */
  | { readonly decision: 'adopt'; readonly providerOrderId: string }
  /** Recorded, counted, never a dead letter. `alert`: somebody has to look. */
  | { readonly decision: 'skip'; readonly reason: string; readonly alert: boolean }
  /** As skip, until a newer version of the order comes: record it as skipped with the reason. */
  | { readonly decision: 'wait'; readonly reason: 'awaiting-payment' }
  /** An order was made already: `decidePlacement` says what follows. */
  | { readonly decision: 'ledger'; readonly reason: string };

export interface GateInput {
  readonly event: Pick<CommerceOrderEvent, 'type' | 'cause' | 'orderVersion' | 'occurredAt'>;
  readonly order: OrderSnapshot;
  readonly entry: LedgerEntry | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly policy: GatePolicy;
  /** An operator's override. It never makes a second order beside a live one. */
  readonly force?: boolean;
}

type Row = (input: GateInput) => GateDecision | undefined;

const skip = (reason: string, alert = false): GateDecision => ({ decision: 'skip', reason, alert });
const skipWhen =
  (reason: string, matches: (input: GateInput) => boolean): Row =>
  (input) =>
    matches(input) ? skip(reason) : undefined;

/** Reason of orders that were confirmed before the shop went over. */
export const BEFORE_ACTIVATION = 'before-activation';

/** Skips that something other than a confirmation can cure; the others need a new confirmation. */
export function isCurable(reason: string | null): boolean {
  if (reason === null) return false;
  return ['awaiting-payment', 'nothing-to-fulfill', 'no-shipping'].includes(reason) || reason.startsWith('excluded:');
}

/** The event's version, or the snapshot's when the notification did not tell. */
const versionOf = ({ event, order }: GateInput): number => event.orderVersion || order.version;

const known: Row = (input) => {
  const placement = currentPlacement(input.entry);
  if (!placement || !isMade(placement)) return undefined;
  const cancelVersion = input.entry?.cancelVersion ?? placement.orderVersion;
  if (placement.status === 'cancelled' && versionOf(input) > cancelVersion) {
    return skip('reconfirmed-after-cancel', true);
  }
  return { decision: 'ledger', reason: placement.status };
};

const late: Row = (input) => {
  const cancelVersion = input.entry?.cancelVersion ?? null;
  return cancelVersion !== null && versionOf(input) <= cancelVersion ? skip('late-confirmed') : undefined;
};

const unprompted: Row = ({ event, entry }) => {
  const placement = currentPlacement(entry);
  if (event.type === 'OrderConfirmed' || (placement?.status === 'skipped' && isCurable(placement.reason)))
    return undefined;
  return placement?.status === 'placing' || placement?.status === 'released' ? undefined : skip('not-a-confirmation');
};

/** What a divided order names is the provider's order of one target, and on record. */
const adopt: Row = ({ order, entry, policy }) => {
  if (dividedInto(entry).length > 0) return undefined;
  const fields = policy.providerOrderIdFields.map((name) => customFieldText(order.customFields, name));
  const synced = order.syncInfo.find(({ channelId }) => channelId === policy.syncChannelId)?.externalId;
  const providerOrderId = [...fields, synced].find((id) => id !== undefined && id !== null && id !== '');
  return providerOrderId ? { decision: 'adopt', providerOrderId } : undefined;
};

const notConfirmed = ({ order }: Pick<GateInput, 'order'>): boolean => order.orderState !== 'Confirmed';

const beforeActivation = ({ event, policy }: GateInput): boolean =>
  policy.placeConfirmedSince !== null &&
  event.type === 'OrderConfirmed' &&
  event.occurredAt < policy.placeConfirmedSince;

type Judged = Pick<GateInput, 'order'> & Partial<Pick<GateInput, 'entry'>>;

/** Of a divided order it is what became of the other targets, as we have shown it: that says nothing about this one. */
const alreadyFulfilled = ({ order, entry }: Judged): boolean =>
  dividedInto(entry).length === 0 &&
  (['Partial', 'Shipped', 'Delivered', 'Canceled'].includes(order.shipmentState ?? '') ||
    order.deliveryCount > 0 ||
    order.returnInfoCount > 0);

const importedHistory = ({ event, order, now, policy }: GateInput): boolean =>
  event.cause === 'OrderImported' && now - (order.completedAt ?? order.createdAt) > policy.importedMaxAgeMs;

const noShipping = ({ order }: GateInput): boolean =>
  order.shippings.length === 0 &&
  order.shippingAddress === null &&
  order.lineItems.every(({ shippingTargets }) => shippingTargets.length === 0);

const excluded: Row = ({ order, policy }) => {
  const rule = excludedBy(order, policy.exclude);
  return rule === undefined ? undefined : skip(`excluded:${rule}`);
};

/** What the policy says of the order's payment state; undefined: nothing, it is placed to be worked on. */
export const howHeld = (
  { paymentState }: Pick<OrderSnapshot, 'paymentState'>,
  { hold }: Pick<GatePolicy, 'hold'>,
): 'lock' | 'wait' | undefined =>
  paymentState !== null && Object.hasOwn(hold, paymentState) ? hold[paymentState] : undefined;

const hold: Row = ({ order, policy }) => {
  const how = howHeld(order, policy);
  if (how === 'lock') return { decision: 'place', held: true };
  return how === 'wait' ? { decision: 'wait', reason: 'awaiting-payment' } : undefined;
};

const rows: readonly Row[] = [
  known,
  late,
  unprompted,
  adopt,
  skipWhen('not-confirmed', notConfirmed),
  skipWhen(BEFORE_ACTIVATION, beforeActivation),
  skipWhen('already-fulfilled', alreadyFulfilled),
  skipWhen('imported-history', importedHistory),
  skipWhen('nothing-to-fulfill', ({ order }) => !order.lineItems.some(({ quantity }) => quantity > 0)),
  skipWhen('no-shipping', noShipping),
  excluded,
  hold,
];

/**
 * Whether the order may become a fulfillment order; the first matching row wins. Nothing is placed except on `place`.
 * Call it when `decidePlacement` says `judge`, with a snapshot that is fresh enough. The time of confirmation is the
 * event's `occurredAt`; an event that is no confirmation only gets past here when it can cure an earlier skip.
 */
export function judge(input: GateInput): GateDecision {
  if (input.force) return forced(input);
  for (const row of rows) {
    const decision = row(input);
    if (decision) return decision;
  }
  return { decision: 'place', held: false };
}

/** Why an order that was placed locked stays so. */
export type KeptLocked = 'not-confirmed' | 'already-fulfilled' | 'awaiting-payment';

/**
 * May an order that was placed locked for its payment be unlocked? undefined: yes. What keeps a new order from being
 * worked on keeps this one locked as well: also a payment state in which others wait.
 */
export function whyLocked(input: Judged & Pick<GateInput, 'policy'>): KeptLocked | undefined {
  if (notConfirmed(input)) return 'not-confirmed';
  if (alreadyFulfilled(input)) return 'already-fulfilled';
  return howHeld(input.order, input.policy) === undefined ? undefined : 'awaiting-payment';
}

function forced({ entry }: GateInput): GateDecision {
  const placement = currentPlacement(entry);
  const live = placement && isMade(placement) && placement.status !== 'cancelled' && placement.status !== 'gone';
  return live ? { decision: 'ledger', reason: placement.status } : { decision: 'place', held: false };
}
