import type { BreakerState } from '@pipeline/streams';
import { expect, test } from 'vitest';
import { exposeGuards } from './exposeGuards.ts';
import { createMetrics } from './metrics.ts';

test('each scrape shows the present state of every guard, also before the first call', async () => {
  const metrics = createMetrics({ service: 'test', version: '1' });
  const a = {
    breaker: { state: 'closed' as BreakerState },
    rateLimiter: { perSecond: undefined as number | undefined },
  };
  const b = { breaker: { state: 'closed' as BreakerState }, rateLimiter: { perSecond: 20 } };
  exposeGuards(metrics, 'commercetools', a);
  exposeGuards(metrics, 'fulfillmenttools', b);
  const shown = async (name: string) =>
    [...(await metrics.expose()).body.matchAll(new RegExp(`^${name}\\{target="(\\w+)",.*\\} (\\S+)$`, 'gm'))].map(
      ([, target, value]) => `${target} ${value}`,
    );
  expect(await shown('pipeline_breaker_state')).toEqual(['commercetools 0', 'fulfillmenttools 0']);
  expect(await shown('pipeline_rate_limit')).toEqual(['commercetools 0', 'fulfillmenttools 20']);
  a.breaker.state = 'open';
  b.breaker.state = 'probing';
  a.rateLimiter.perSecond = 2.5;
  expect(await shown('pipeline_breaker_state')).toEqual(['commercetools 2', 'fulfillmenttools 1']);
  expect(await shown('pipeline_rate_limit')).toEqual(['commercetools 2.5', 'fulfillmenttools 20']);
});
