import type { Logger, Metrics } from '@pipeline/service-kit';
import type { CorrelationObserver } from './handlers/publishFulfillmentEvent.ts';

const source = 'fulfillmenttools';

/** Log lines and metrics of what comes of notifications. */
export const createCorrelationObserver = ({
  logger,
  metrics,
}: {
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'notificationsIgnored' | 'eventsForeign'>;
}): CorrelationObserver => ({
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
  loadUnitsRefused: (error) => logger.warn('load units not read', { effect: 'getLoadUnitsAmount', error }),
});
