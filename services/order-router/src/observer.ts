import { dividedInto } from '@pipeline/fulfillment';
import type { LedgerEntry } from '@pipeline/schemas';
import type { Logger, Metrics } from '@pipeline/service-kit';
import type { PlacementObserver } from './placement/work.ts';

/** Something was done for the order that would not have been without the message. */
const repairs: ReadonlySet<string> = new Set(['created', 'adopted', 'cancelled', 'unlocked', 'erased']);

const toKey = (orderId: string, target: string | undefined): string =>
  target === undefined ? orderId : `${orderId} ${target}`;

/** Of a target, whose placements are all there are, its own. */
function keyOf(entry: LedgerEntry): string {
  const [target, ...others] = dividedInto(entry);
  return toKey(entry.orderId, others.length === 0 ? target : undefined);
}

/** Log lines and metrics of what comes of orders. */
export function createPlacementObserver({
  logger,
  metrics,
  now = Date.now,
}: {
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}): PlacementObserver {
  /** Confirmed, but nothing came of them yet; of a divided order each target. */
  const unplaced = new Map<string, { readonly since: number; readonly signal: AbortSignal }>();
  /** Orders whose earlier attempt is in doubt. */
  const doubtful = new Map<string, AbortSignal>();
  metrics.onScrape(() => {
    for (const [key, signal] of doubtful) if (signal.aborted) doubtful.delete(key);
    metrics.ordersInDoubt.set(doubtful.size);
    for (const [key, { signal }] of unplaced) if (signal.aborted) unplaced.delete(key);
    const oldest = Math.min(...[...unplaced.values()].map(({ since }) => since));
    metrics.oldestUnplacedOrderAge.set(Number.isFinite(oldest) ? Math.max(0, now() - oldest) / 1_000 : 0);
  });
  const forget = (key: string): void => {
    unplaced.delete(key);
    doubtful.delete(key);
  };
  return {
    confirmed({ orderId, target, since }, signal) {
      const key = toKey(orderId, target);
      const known = unplaced.get(key);
      unplaced.set(key, { since: Math.min(since, known?.since ?? since), signal });
    },
    inDoubt(entry, ms, signal) {
      const { orderId, orderNumber } = entry;
      const key = keyOf(entry);
      const isNew = !doubtful.has(key);
      doubtful.set(key, signal);
      const reason = 'an earlier attempt may have made an order: it is looked for before another is sent';
      if (isNew)
        logger.info('order in doubt', {
          orderId,
          orderNumber,
          outcome: 'waiting',
          reason,
          retryAfterMs: Math.ceil(ms),
        });
    },
    attemptFailed({ orderId, orderNumber, placements }, { ended }, error) {
      const attempt = placements.at(-1)?.attempt;
      logger.warn('attempt to place the order failed', { orderId, orderNumber, outcome: ended, attempt, error });
    },
    settled(entry, outcome, { reason, alert = false, attempt, origin, account }) {
      forget(keyOf(entry));
      if (outcome === 'skipped') metrics.ordersSkipped.inc({ reason: reason ?? 'unknown' });
      if (outcome === 'created' || outcome === 'adopted') metrics.ordersPlaced.inc({ how: outcome });
      const warnings = [...(account?.warnings ?? [])];
      for (const code of warnings) metrics.mappingWarnings.inc({ code });
      const repaired = origin === 'catch-up' && repairs.has(outcome);
      if (repaired) metrics.catchUpRepaired.inc({ how: outcome });
      const placement = entry.placements.at(-1);
      const line = {
        orderId: entry.orderId,
        orderNumber: entry.orderNumber,
        providerOrderId: placement?.providerOrderId ?? null,
        processId: placement?.processId ?? null,
        outcome,
        reason,
        attempt,
        reasons: account?.reasons,
        ...(warnings.length > 0 && { warnings }),
        ...(repaired && { origin }),
      };
      // Why a cancel was refused is the vendor's own text: no label.
      if (alert)
        metrics.ordersNeedingALook.inc({ reason: outcome === 'cancelRefused' ? outcome : (reason ?? outcome) });
      if (alert) logger.warn('order needs a look', line);
      else if (outcome === 'nothing') logger.debug('order unchanged', line);
      else logger.info('order settled', line);
    },
    amended({ orderId, orderNumber, placements }, ends, { applied, origin }) {
      const repaired = origin === 'catch-up' && applied;
      if (repaired) metrics.catchUpRepaired.inc({ how: 'amended' });
      const open = ends.filter(({ reason }) => reason !== null);
      for (const { part, reason } of ends) metrics.amendments.inc({ field: part, outcome: reason ?? 'applied' });
      const line = {
        orderId,
        orderNumber,
        providerOrderId: placements.at(-1)?.providerOrderId ?? null,
        outcome: ends.length === 0 ? 'unchanged' : open.length > 0 ? 'amendRefused' : 'amended',
        reason: open.map(({ part, reason }) => `${part}: ${reason}`).join(', ') || undefined,
        ...(repaired && { origin }),
      };
      if (open.length === 0) return logger.info('order amended', line);
      metrics.ordersNeedingALook.inc({ reason: 'amendment-not-applied' });
      logger.warn('order needs a look', line);
    },
    dropped: ({ orderId, target }) => forget(toKey(orderId, target)),
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
