import type { Logger, Metrics } from '@pipeline/service-kit';
import type { OrderFulfillmentState } from '@pipeline/schemas';
import type { StatusObserver } from './handlers/writeStatus.ts';

/** Log lines and metrics of what came of each order's status. */
export function createStatusObserver({
  logger,
  metrics,
}: {
  readonly logger: Logger;
  readonly metrics: Metrics;
}): StatusObserver {
  const line = ({ orderId, orderNumber, placement }: OrderFulfillmentState) => ({
    orderId,
    orderNumber,
    providerOrderId: placement?.providerOrderId ?? null,
    processId: placement?.processId ?? null,
  });
  return {
    written(state, change) {
      metrics.statusUpdates.inc({ outcome: 'written' });
      const { shipmentState, fields, deliveries = [], returns = [], syncInfo } = change;
      const steps = [...deliveries, ...returns].map(({ step }) => step);
      const names = [shipmentState ?? [], Object.keys(fields), steps, syncInfo ? 'syncInfo' : []].flat();
      const reason = names.join(' ');
      logger.info('status written', { ...line(state), outcome: 'written', reason });
    },
    outcome(state, outcome, error) {
      metrics.statusUpdates.inc({ outcome });
      const level = outcome === 'conflict' ? 'debug' : 'warn';
      logger[level]('status not written', { ...line(state), outcome, error });
    },
    alert(state, alert) {
      if (alert === 'duplicate-order') metrics.duplicateOrders.inc();
      if (alert.startsWith('delivery-')) metrics.statusUpdates.inc({ outcome: 'skipped' });
      logger.warn('order needs a look', { ...line(state), outcome: 'alert', reason: alert });
    },
    superseded: () => metrics.eventsSuperseded.inc(),
  };
}
