import { type CommercePlatform, defaultGatePolicy, defaultRoutingPolicy } from '@pipeline/fulfillment';
import { aCommerceOrderEvent, aLineItem, anOrder, aShipping, NOON, ORDER_ID } from '@pipeline/fulfillment/testkit';
import {
  type CommerceOrderEvent,
  deadLetterTopics,
  type LedgerEntry,
  type OrderSnapshot,
  topics,
} from '@pipeline/schemas';
import { createKeyTester, createTestClock } from '@pipeline/streams/testkit';
import { createPlaceOrder } from '../handlers/placeOrder.ts';
import type { PlacementObserver, PlaceOrderOptions } from '../placement/work.ts';
import { createFakeProvider } from './fakeProvider.ts';

export const timing = { startWindowMs: 5_000, requestTimeoutMs: 65_000, serverLimitMs: 60_000, indexLagMs: 5_000 };
/** After this long an attempt can no longer come true. */
export const WINDOW = timing.startWindowMs + timing.requestTimeoutMs + timing.serverLimitMs;

export const ERASURE_GRACE = 14 * 24 * 3_600_000;

export const gate = { ...defaultGatePolicy, placeConfirmedSince: NOON - 1_000 };
export const routing = {
  ...defaultRoutingPolicy,
  shippingMethods: { standard: { service: 'shipping' }, pickup: { service: 'collect' } },
} as const;

export const theOrder = (over: Partial<OrderSnapshot> = {}): OrderSnapshot => anOrder({ readAt: NOON, ...over });
export const addressIn = (city: string) =>
  ({ ...theOrder().shippingAddress, city }) as NonNullable<OrderSnapshot['shippingAddress']>;
/** Three jackets: two go home, one to work, with the hat. */
export const severalTargets = (over: Partial<OrderSnapshot> = {}): OrderSnapshot =>
  theOrder({
    shippingMode: 'Multiple',
    shippings: [
      aShipping({ key: 'home', target: 'home', address: addressIn('Köln') }),
      aShipping({ key: 'work', target: 'work', address: addressIn('Berlin') }),
    ],
    lineItems: [
      aLineItem({ quantity: 3, targetQuantities: { home: 2, work: 1 } }),
      aLineItem({ id: 'line-2', sku: 'sku-2', quantity: 1, targetQuantities: { work: 1 } }),
    ],
    ...over,
  });
export const confirmed = (over: Partial<CommerceOrderEvent> = {}): CommerceOrderEvent =>
  aCommerceOrderEvent({ order: theOrder(), snapshotIncluded: true, ...over });

/** The placement of one order, with a provider and a platform that do as the test says. */
export function startRouter(over: Partial<PlaceOrderOptions> = {}) {
  const clock = createTestClock(NOON);
  const provider = createFakeProvider({
    clock,
    indexLagMs: timing.indexLagMs,
    serverLimitMs: timing.serverLimitMs,
    windowMs: WINDOW,
    crash: () => tester.crash(),
  });
  const shop: { order: OrderSnapshot | undefined; readonly failures: Error[] } = { order: theOrder(), failures: [] };
  const observed: string[] = [];
  const observer: PlacementObserver = {
    confirmed: () => undefined,
    inDoubt: () => undefined,
    attemptFailed: (_, { ended }) => void observed.push(`attempt ${ended}`),
    settled: (_, outcome, { reason, alert }) =>
      void observed.push([outcome, reason, alert ? '!' : undefined].filter((part) => part !== undefined).join(' ')),
    amended: (_, ends) =>
      void observed.push(['amended', ...ends.map(({ part, reason }) => `${part} ${reason ?? 'applied'}`)].join(' ')),
    dropped: () => void observed.push('dropped'),
    duplicates: (_, ids) => void observed.push(`duplicates ${ids.join()}`),
  };
  const platform: Pick<CommercePlatform, 'getOrder'> = {
    getOrder: () => {
      const failure = shop.failures.shift();
      if (failure) return Promise.reject(failure);
      return Promise.resolve(shop.order && { ...shop.order, readAt: clock.now().wall });
    },
  };
  const create = (member: string) =>
    createPlaceOrder({
      provider,
      platform,
      gate,
      routing,
      timing,
      recheckAfterMs: 300_000,
      lookUpFirst: false,
      amendLines: 'ignore',
      erasureGraceMs: ERASURE_GRACE,
      member,
      observer,
      clock: clock.now,
      ...over,
    });
  const tester = createKeyTester<CommerceOrderEvent, LedgerEntry>({
    key: ORDER_ID,
    source: topics.commerceOrders,
    deadLetters: deadLetterTopics['order-router'],
    clock,
    create,
  });
  /** Delivers an event as the runtime does, until it is finished. */
  const deliver = (event: CommerceOrderEvent = confirmed(), headers: Record<string, string> = {}) =>
    tester.deliver(tester.message(event, { headers }));
  const status = () => tester.state?.placements.at(-1)?.status;
  return { clock, provider, shop, observer, observed, tester, deliver, status };
}
