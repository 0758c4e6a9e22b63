import type { CommerceChannelEvent } from '@pipeline/schemas';
import type { Logger, Metrics } from '@pipeline/service-kit';
import type { PublishingObserver } from './handlers/publishOrder.ts';

const source = 'commercetools';

/** Log lines and metrics of what comes of notifications. */
export const createPublishingObserver = ({
  logger,
  metrics,
}: {
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'notificationsIgnored'>;
}): PublishingObserver => ({
  published: ({ orderId, orderNumber, orderVersion, type, eventId }) =>
    logger.info('event published', {
      orderId,
      orderNumber,
      orderVersion,
      eventType: type,
      eventId,
      outcome: 'published',
    }),
  ignored(reason, orderId) {
    metrics.notificationsIgnored.inc({ source, reason });
    logger.debug('notification ignored', { orderId, outcome: 'ignored', reason });
  },
});

/** A log line of an event of a channel. */
export const logPublishedChannel =
  (logger: Pick<Logger, 'info'>) =>
  ({ channelId, type, eventId }: CommerceChannelEvent): void =>
    logger.info('event published', { key: channelId, eventType: type, eventId, outcome: 'published' });
