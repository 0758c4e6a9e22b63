import type { Breaker, BreakerState, RateLimiter } from '@pipeline/streams';
import type { Metrics } from './metrics.ts';

/** What stands between the service and a vendor. */
export interface Guards {
  readonly breaker: Pick<Breaker, 'state'>;
  readonly rateLimiter: Pick<RateLimiter, 'perSecond'>;
}

const values: Readonly<Record<BreakerState, number>> = { closed: 0, probing: 1, open: 2 };

/** Shows the state of a vendor's breaker and the rate at which it is called, as of the scrape. */
export function exposeGuards(
  metrics: Pick<Metrics, 'breakerState' | 'rateLimit' | 'onScrape'>,
  target: string,
  { breaker, rateLimiter }: Guards,
): void {
  metrics.onScrape(() => {
    metrics.breakerState.set({ target }, values[breaker.state]);
    metrics.rateLimit.set({ target }, rateLimiter.perSecond ?? 0);
  });
}
