import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseFailpoints } from '../../../packages/streams/src/failpoints/parse.ts';
import { countStrikes, planStrikes, type Strike } from './nemesis.ts';

const minutes = { durationMs: 600_000, everyMs: 5_000, brokerRestarts: true };
const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

it('the seed decides', () => {
  expect(planStrikes({ ...minutes, seed: 7 })).toEqual(planStrikes({ ...minutes, seed: 7 }));
  expect(planStrikes({ ...minutes, seed: 7 })).not.toEqual(planStrikes({ ...minutes, seed: 8 }));
});

it('in ten minutes everything goes wrong that can, at least every twenty seconds', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const strikes = planStrikes({ ...minutes, seed });
      expect(Object.keys(countStrikes(strikes))).toHaveLength(9);
      const times = [0, ...strikes.map(({ atMs }) => atMs), minutes.durationMs];
      const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
      expect(Math.min(...pauses)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...pauses)).toBeLessThan(30_000);
    }),
    { numRuns: 50 },
  );
});

it('all ends in time, and nobody is struck who is still down', () => {
  const until = (strike: Strike) =>
    strike.atMs + ('lastsMs' in strike ? strike.lastsMs : 'downMs' in strike ? strike.downMs : 0);
  const targetOf = (strike: Strike) =>
    'seat' in strike ? `${strike.service} ${strike.seat}` : 'vendor' in strike ? strike.vendor : strike.kind;
  fc.assert(
    fc.property(seeds, fc.integer({ min: 1_000, max: 300_000 }), (seed, durationMs) => {
      const strikes = planStrikes({ ...minutes, seed, durationMs });
      for (const strike of strikes) if ('lastsMs' in strike) expect(until(strike)).toBeLessThanOrEqual(durationMs);
      for (const list of Map.groupBy(
        strikes.filter(({ kind }) => kind !== 'join'),
        targetOf,
      ).values())
        list.slice(1).forEach((strike, index) => {
          expect(strike.atMs).toBeGreaterThanOrEqual(until(list[index] as Strike));
        });
    }),
  );
});

it("where the broker is not the run's own the plan is the same without it", () => {
  let onBrokers = 0;
  fc.assert(
    fc.property(seeds, fc.integer({ min: 500, max: 10_000 }), (seed, everyMs) => {
      const withBroker = planStrikes({ ...minutes, seed, everyMs });
      const left = withBroker.filter(({ kind }) => kind !== 'broker');
      expect(planStrikes({ ...minutes, seed, everyMs, brokerRestarts: false })).toEqual(left);
      onBrokers += withBroker.length - left.length;
    }),
    { numRuns: 50 },
  );
  expect(onBrokers).toBeGreaterThan(50);
});

it('a shorter plan is the beginning of a longer one, but that all ends in time', () => {
  const unended = (strikes: readonly Strike[]) => strikes.map((strike) => ({ ...strike, lastsMs: undefined }));
  fc.assert(
    fc.property(seeds, fc.integer({ min: 1_000, max: 300_000 }), (seed, durationMs) => {
      const strikes = planStrikes({ ...minutes, seed, durationMs });
      const longer = planStrikes({ ...minutes, seed });
      expect(unended(strikes)).toEqual(unended(longer.filter(({ atMs }) => atMs < durationMs)));
    }),
    { numRuns: 50 },
  );
});

it('every failpoint exists', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      for (const strike of planStrikes({ ...minutes, seed }))
        if (strike.kind === 'failpoint') parseFailpoints(strike.failpoint);
    }),
    { numRuns: 50 },
  );
});
