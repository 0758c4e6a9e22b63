import { harsh } from '@pipeline/simulator-fulfillmenttools';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { harshSettings, MAX_SEED } from './settings.ts';

test('whatever the seed, nothing can come true after a doubt is over, and no search misses what is there', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: MAX_SEED }), (seed) => {
      const settings = harshSettings(seed);
      const ms = (name: string) => Number(settings[name]);
      const { coldStartMs, latencyMs, indexLagMs } = harsh(seed);
      expect(ms('SERVER_LIMIT_MS')).toBeGreaterThan(coldStartMs + latencyMs);
      expect(ms('INDEX_LAG_MS')).toBeGreaterThan(indexLagMs);
      // Two of them, one after the other, and the run is still over within minutes.
      expect(ms('START_WINDOW_MS') + ms('REQUEST_TIMEOUT_MS') + ms('SERVER_LIMIT_MS')).toBeLessThan(60_000);
    }),
  );
});
