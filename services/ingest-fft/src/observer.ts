import type { Logger, Metrics } from '@pipeline/service-kit';
import type { CorrelationObserver } from './handlers/publishFulfillmentEvent.ts';

const source = 'fulfillmenttools';
/** Of the unknown values that a line was written about: more than a vendor adds, less than a flood. */
const MOST_NAMES = 100;

/** Log lines and metrics of what comes of notifications. */
export function createCorrelationObserver({
  logger,
  metrics,
}: {
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'notificationsIgnored' | 'eventsForeign' | 'unknownValues'>;
}): CorrelationObserver {
  const told = new Set<string>();
  return {
    published: ({ orderId, tenantOrderId, providerOrderId, processId, type, eventId }) =>
      logger.info('event published', {
        orderId,
        tenantOrderId,
        providerOrderId,
        processId,
        eventType: type,
        eventId,
        outcome: 'published',
      }),
    ignored(reason) {
      metrics.notificationsIgnored.inc({ source, reason });
      logger.debug('notification ignored', { outcome: 'ignored', reason });
    },
    foreign() {
      metrics.eventsForeign.inc();
      logger.debug('notification ignored', { outcome: 'ignored', reason: 'foreign' });
    },
    unknownValue({ field, name }) {
      metrics.unknownValues.inc({ field });
      const value = `${field} ${name ?? ''}`;
      // A new value comes with every order: one line tells it.
      if (told.has(value) || told.size >= MOST_NAMES) return;
      told.add(value);
      logger.warn('unknown value', { source, outcome: 'UNKNOWN', reason: field, status: name });
    },
    loadUnitsRefused: (error) => logger.warn('load units not read', { effect: 'getLoadUnitsAmount', error }),
  };
}
