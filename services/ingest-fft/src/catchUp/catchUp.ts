import { connectFulfillmenttools, readProcess, takingTurns } from '@pipeline/provider-fulfillmenttools';
import { type OrderFulfillmentState, topics } from '@pipeline/schemas';
import { type StreamService, toFulfillmenttoolsAccess } from '@pipeline/service-kit';
import { partitionOf, type RateLimiter } from '@pipeline/streams';
import type { Settings } from '../config.ts';
import { catchUpTopology } from '../topology.ts';
import { askAboutOrder } from './askAboutOrder.ts';
import { createHear } from './hear.ts';
import { createCatchUpObserver } from './observer.ts';
import { createOpenOrders } from './openOrders.ts';
import { toOpenOrder } from './orderFacts.ts';
import { createRestoring } from './restoring.ts';
import { toRecords } from './toRecords.ts';
import { watchSilence } from './watchSilence.ts';

const LONGEST_LOOK_MS = 10_000;

/**
 * The role `catch-up`: each order that is open at fulfillmenttools is watched by the one member of the group that has its
 * partition. What is read of it is landed like any notification, with `origin: catch-up`.
 *
 * @param turns the process's, for all that it reads for a catch-up
 */
export function catchUp(service: StreamService, config: Settings, turns: RateLimiter): void {
  const { metrics, producer, shutdown } = service;
  const status = () => processor.status();
  const orders = createOpenOrders({
    policy: {
      silenceMs: config.CATCH_UP_SILENCE_MS,
      longestMs: config.CATCH_UP_LONGEST_PAUSE_MS,
      giveUpMs: config.CATCH_UP_GIVE_UP_MS,
    },
    maxOrders: config.CATCH_UP_MAX_ORDERS,
    onLeftOut: () => metrics.openOrdersLeftOut.inc(),
    partitionOf: (orderId) => partitionOf(orderId, status().partitions),
    now: Date.now,
  });
  const restoring = createRestoring();
  const processor = service.run(
    catchUpTopology(createHear(orders), {
      onEntry(orderId, state) {
        restoring.entry();
        orders.put(orderId, toFacts(state, config));
      },
      onLost: orders.lose,
    }),
    { settings: config, groupSuffix: '-catch-up', gatesReadiness: config.ROLES.every((role) => role === 'catch-up') },
  );

  const access = toFulfillmenttoolsAccess(config, service);
  // The turns are its rate.
  const client = connectFulfillmenttools({ ...access, rate: {} });
  service.useVendor('fulfillmenttools-catch-up', access.baseUrl, { ...client, rateLimiter: turns });
  const slowly = takingTurns(client, turns);

  const topic = `${config.TOPIC_PREFIX}${topics.fulfillmenttoolsNotifications.name}`;
  const stopped = new AbortController();
  const watching = watchSilence(
    {
      orders,
      ask: (order, signal) =>
        askAboutOrder(
          order,
          {
            read: (input) => readProcess(slowly, input),
            publish: (notifications) =>
              producer.send(toRecords(notifications, { topic, producer: service.identity, now: new Date() })),
          },
          signal,
        ),
      breaker: client.breaker,
      isReady: () => status().joined && !restoring.underWay,
      observer: createCatchUpObserver(service),
      everyMs: Math.min(LONGEST_LOOK_MS, config.CATCH_UP_SILENCE_MS / 4),
    },
    stopped.signal,
  );
  shutdown.on('stop', 'catch-up', () => {
    stopped.abort();
    return watching;
  });
  metrics.onScrape(() => {
    metrics.openOrders.set(orders.size);
    metrics.silentOrdersOverdue.set(orders.overdueMs / 1_000);
  });
}

function toFacts(
  state: OrderFulfillmentState | null,
  { CATCH_UP_GIVE_UP_MS, CATCH_UP_UNTIL_DELIVERED }: Settings,
): ReturnType<typeof toOpenOrder> {
  // Most of what a restore reads: not worth a fold.
  if (state === null || state.updatedAt + CATCH_UP_GIVE_UP_MS < Date.now()) return undefined;
  return toOpenOrder(state, { untilDelivered: CATCH_UP_UNTIL_DELIVERED });
}
