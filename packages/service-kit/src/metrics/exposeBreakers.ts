import type { Breaker, BreakerState } from '@pipeline/streams';
import type { Metrics } from './metrics.ts';

const values: Readonly<Record<BreakerState, number>> = { closed: 0, probing: 1, open: 2 };

/** Shows the state of each vendor's breaker, by the name of the vendor, as of the scrape. */
export function exposeBreakers(
  metrics: Pick<Metrics, 'breakerState' | 'onScrape'>,
  breakers: Readonly<Record<string, Pick<Breaker, 'state'>>>,
): void {
  metrics.onScrape(() => {
    for (const [target, { state }] of Object.entries(breakers)) metrics.breakerState.set({ target }, values[state]);
  });
}
