import type { Logger, Metrics } from '@pipeline/service-kit';
import type { CatchUpObserver } from './watchSilence.ts';

/** Log lines and metrics of what comes of asking about silent orders. */
export function createCatchUpObserver({
  logger,
  metrics,
}: {
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'silentOrdersAsked'>;
}): CatchUpObserver {
  const told = new Set<string>();
  return {
    asked({ orderId, processIds, nth }, { outcome, told: count, refused }) {
      metrics.silentOrdersAsked.inc({ outcome });
      const level = outcome === 'nothing-new' ? 'debug' : 'info';
      logger[level]('silent order asked about', {
        orderId,
        processId: processIds.join(' '),
        outcome,
        count,
        attempt: nth + 1,
      });
      for (const [kind, error] of refused) {
        // The same for every order: a permission is missing, or the tenant does not have it.
        if (told.has(kind)) continue;
        told.add(kind);
        logger.warn('a part of processes cannot be read: what is missed of it stays missed', { effect: kind, error });
      }
    },
    failed({ orderId, processIds }, error, again) {
      metrics.silentOrdersAsked.inc({ outcome: again === 'refused' ? 'refused' : 'failed' });
      const line = { orderId, processId: processIds.join(' '), error };
      if (again === 'refused') logger.warn('silent order not asked about', { ...line, outcome: 'refused' });
      else {
        // Nobody is asked about until a person mends it.
        const level = error.errorClass === 'auth' ? 'warn' : 'debug';
        logger[level]('silent order not asked about, will try again', { ...line, retryAfterMs: again.afterMs });
      }
    },
  };
}
