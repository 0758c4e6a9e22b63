import type { Logger, Metrics } from '@pipeline/service-kit';
import type { PlacementObserver } from './handlers/placeOrder.ts';

/** Log lines and metrics of what came of each order. */
export function createPlacementObserver({
  logger,
  metrics,
}: {
  readonly logger: Logger;
  readonly metrics: Metrics;
}): PlacementObserver {
  /** Confirmed and let through by the gate, but without an order at the provider. */
  const unplaced = new Map<string, number>();
  metrics.onScrape(() => {
    const oldest = Math.min(...unplaced.values());
    metrics.oldestUnplacedOrderAge.set(Number.isFinite(oldest) ? Math.max(0, Date.now() - oldest) / 1_000 : 0);
  });
  return {
    confirmed: (orderId, occurredAt) =>
      void unplaced.set(orderId, Math.min(occurredAt, unplaced.get(orderId) ?? occurredAt)),
    settled(entry, outcome, { reason, alert = false, attempt }) {
      unplaced.delete(entry.orderId);
      if (outcome === 'skipped') metrics.ordersSkipped.inc({ reason: boundedReason(reason) });
      if (outcome === 'created' || outcome === 'adopted') metrics.ordersPlaced.inc({ how: outcome });
      const placement = entry.placements.at(-1);
      const line = {
        orderId: entry.orderId,
        orderNumber: entry.orderNumber,
        providerOrderId: placement?.providerOrderId ?? null,
        processId: placement?.processId ?? null,
        outcome,
        reason,
        attempt,
      };
      if (alert) logger.warn('order needs a look', line);
      else if (outcome === 'nothing') logger.debug('order unchanged', line);
      else logger.info('order settled', line);
    },
    duplicates(orderId, providerOrderIds) {
      metrics.duplicateOrders.inc(providerOrderIds.length);
      logger.error('the provider has more than one live order', {
        orderId,
        code: 'duplicate-order',
        count: providerOrderIds.length + 1,
      });
    },
  };
}

/** A label must not grow with what shops call their rules. */
const boundedReason = (reason = 'unknown'): string => (reason.startsWith('excluded:') ? 'excluded' : reason);
