import type { Logger, Metrics } from '@pipeline/service-kit';
import type { StatusAlert } from '@pipeline/fulfillment';
import type { OrderFulfillmentState } from '@pipeline/schemas';
import type { StatusObserver } from './handlers/writeStatus.ts';

/** Nothing goes on by itself with these. What else is alerted has a metric of its own, or a log line only. */
const NEED_A_LOOK: readonly StatusAlert[] = ['not-routable', 'zero-picked', 'aborted-without-successor'];

/**
 * Log lines and metrics of what came of each order's status. `waiting` is usual for a while, as in each reroute: its log
 * line comes at once, but it counts as needing a person only once it has lasted for `waitingMs`. A process that takes an
 * order over does not know how long it has waited, and does not count it.
 */
export function createStatusObserver({
  logger,
  metrics,
  waitingMs,
  now = Date.now,
}: {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly waitingMs: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}): StatusObserver {
  const line = ({ orderId, orderNumber, placement }: OrderFulfillmentState) => ({
    orderId,
    orderNumber,
    providerOrderId: placement?.providerOrderId ?? null,
    processId: placement?.processId ?? null,
  });
  /** By order. */
  const waiting = new Map<string, { readonly since: number; readonly signal: AbortSignal }>();
  metrics.onScrape(() => {
    for (const [orderId, { since, signal }] of waiting) {
      const lasts = !signal.aborted && now() - since >= waitingMs;
      if (lasts) metrics.ordersNeedingALook.inc({ reason: 'waiting' });
      if (lasts || signal.aborted) waiting.delete(orderId);
    }
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
    alert(state, alert, signal) {
      if (NEED_A_LOOK.includes(alert)) metrics.ordersNeedingALook.inc({ reason: alert });
      if (alert === 'waiting') waiting.set(state.orderId, { since: now(), signal });
      if (alert === 'duplicate-order') metrics.duplicateOrders.inc();
      if (alert.startsWith('delivery-')) metrics.statusUpdates.inc({ outcome: 'skipped' });
      logger.warn('order needs a look', { ...line(state), outcome: 'alert', reason: alert });
    },
    alertEnded({ orderId }, alert) {
      if (alert === 'waiting') waiting.delete(orderId);
    },
    superseded: () => metrics.eventsSuperseded.inc(),
  };
}
