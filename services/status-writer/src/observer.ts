import type { Logger, Metrics } from '@pipeline/service-kit';
import type { StatusAlert } from '@pipeline/fulfillment';
import type { OrderFulfillmentState } from '@pipeline/schemas';
import type { StatusObserver } from './handlers/writeStatus.ts';

/** Nothing goes on by itself with these: they count as needing a person at once. */
const NEED_A_LOOK: readonly StatusAlert[] = ['not-routable', 'zero-picked', 'aborted-without-successor'];
/** They are usual for a while, as in each reroute or until the rest of an order's events is here. */
const MAY_PASS: readonly StatusAlert[] = [
  'waiting',
  'quantities-unknown',
  'delivery-without-goods',
  'placement-unknown',
];

/**
 * Log lines and metrics of what came of each order's status. The log line of each alert comes at once; one that may pass
 * counts as needing a person only once it has lasted for `waitingMs`. A process that takes an order over does not know
 * how long it has lasted, and does not count it. What is in neither list has a metric of its own.
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
  /** By order and alert. */
  const lasting = new Map<
    string,
    { readonly alert: StatusAlert; readonly since: number; readonly signal: AbortSignal }
  >();
  const keyOf = ({ orderId }: OrderFulfillmentState, alert: StatusAlert): string => `${alert} ${orderId}`;
  metrics.onScrape(() => {
    for (const [key, { alert, since, signal }] of lasting) {
      const lasts = !signal.aborted && now() - since >= waitingMs;
      if (lasts) metrics.ordersNeedingALook.inc({ reason: alert });
      if (lasts || signal.aborted) lasting.delete(key);
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
      if (MAY_PASS.includes(alert)) lasting.set(keyOf(state, alert), { alert, since: now(), signal });
      if (alert === 'duplicate-order') metrics.duplicateOrders.inc();
      if (alert.startsWith('delivery-')) metrics.statusUpdates.inc({ outcome: 'skipped' });
      logger.warn('order needs a look', { ...line(state), outcome: 'alert', reason: alert });
    },
    alertEnded: (state, alert) => void lasting.delete(keyOf(state, alert)),
    superseded: () => metrics.eventsSuperseded.inc(),
    repaired(state) {
      metrics.catchUpRepaired.inc({ how: 'status' });
      logger.info('a catch-up made good what was missed', { ...line(state), outcome: 'repaired', origin: 'catch-up' });
    },
  };
}
