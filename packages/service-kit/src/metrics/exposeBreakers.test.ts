import type { BreakerState } from '@pipeline/streams';
import { expect, test } from 'vitest';
import { exposeBreakers } from './exposeBreakers.ts';
import { createMetrics } from './metrics.ts';

test('each scrape shows the present state of every breaker, also before the first call', async () => {
  const metrics = createMetrics({ service: 'test', version: '1' });
  const a = { state: 'closed' as BreakerState };
  const b = { state: 'closed' as BreakerState };
  exposeBreakers(metrics, { commercetools: a, fulfillmenttools: b });
  const shown = async () =>
    [...(await metrics.expose()).body.matchAll(/^pipeline_breaker_state\{target="(\w+)",.*\} (\d)$/gm)].map(
      ([, target, value]) => `${target} ${value}`,
    );
  expect(await shown()).toEqual(['commercetools 0', 'fulfillmenttools 0']);
  a.state = 'open';
  b.state = 'probing';
  expect(await shown()).toEqual(['commercetools 2', 'fulfillmenttools 1']);
  a.state = 'closed';
  expect(await shown()).toEqual(['commercetools 0', 'fulfillmenttools 1']);
});
