import { type CommercePlatform, type StatusPolicy, statusPresets } from '@pipeline/fulfillment';
import { aPlacedOrder, NOON, ORDER_ID } from '@pipeline/fulfillment/testkit';
import { deadLetterTopics, type OrderFulfillmentState, topics } from '@pipeline/schemas';
import { createWaiting } from '@pipeline/service-kit';
import type { Message, PipelineError } from '@pipeline/streams';
import { createKeyTester, createTestClock } from '@pipeline/streams/testkit';
import { createWriteStatus, type StatusInput, type StatusObserver } from '../handlers/writeStatus.ts';
import { createFakePlatform } from './fakePlatform.ts';

export const PLACEMENT_WAIT = 30_000;

/** The status of one order, with a platform and a provider that do as the test says. */
export function startWriter({
  policy = statusPresets.docs,
  lingerMs = 0,
  shop,
  observer,
}: {
  readonly policy?: StatusPolicy;
  readonly lingerMs?: number;
  /** Called instead of `platform`. */
  readonly shop?: Pick<CommercePlatform, 'getStatus' | 'writeStatus'>;
  /** Told instead of `observed`. */
  readonly observer?: StatusObserver;
} = {}) {
  const clock = createTestClock(NOON);
  const platform = createFakePlatform();
  const atProvider = {
    order: aPlacedOrder() as ReturnType<typeof aPlacedOrder> | undefined,
    reads: 0,
    /** Of the coming reads; then they succeed. */
    failures: [] as PipelineError[],
  };
  const observed: string[] = [];
  const waiting = createWaiting<Message<StatusInput>>(() => clock.now().monotonic);
  const tester = createKeyTester<StatusInput, OrderFulfillmentState>({
    key: ORDER_ID,
    source: topics.fulfillmentEvents,
    deadLetters: deadLetterTopics['status-writer'],
    clock,
    create: () =>
      createWriteStatus({
        platform: shop ?? platform,
        provider: {
          getOrder: () => {
            atProvider.reads++;
            const failure = atProvider.failures.shift();
            return failure ? Promise.reject(failure) : Promise.resolve(atProvider.order);
          },
        },
        policy,
        placementWaitMs: PLACEMENT_WAIT,
        lingerMs,
        waiting,
        now: () => clock.now().wall,
        observer: observer ?? {
          written: (_, { shipmentState }) => void observed.push(`written ${shipmentState ?? 'fields'}`),
          outcome: (_, outcome) => void observed.push(outcome),
          alert: (_, alert) => void observed.push(`alert ${alert}`),
          alertEnded: (_, alert) => void observed.push(`ended ${alert}`),
          superseded: () => void observed.push('superseded'),
          repaired: () => void observed.push('repaired'),
        },
      }),
  });
  /** All of it waits for the order when the handler is called. */
  const deliver = (first: StatusInput, ...rest: StatusInput[]) =>
    tester.deliver(tester.message(first), ...rest.map((input) => tester.message(input)));
  return { clock, platform, atProvider, observed, waiting, tester, deliver };
}
