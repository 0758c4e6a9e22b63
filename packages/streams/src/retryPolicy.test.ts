import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PipelineError } from './errors.ts';
import { createRetryPolicy } from './retryPolicy.ts';

const failure = (retryAfterMs?: number) =>
  new PipelineError('transient', 'x', 'x', retryAfterMs === undefined ? {} : { retryAfterMs });

describe('createRetryPolicy', () => {
  const highest = createRetryPolicy({ baseMs: 100, capMs: 1_000, random: () => 1 });

  it('doubles its bound with each attempt up to the cap', () => {
    expect([1, 2, 3, 4, 5, 6].map((attempt) => highest.delayAfter(attempt, failure()))).toEqual([
      100, 200, 400, 800, 1_000, 1_000,
    ]);
  });

  it('takes its share of the whole bound, down to nothing', () => {
    const lowest = createRetryPolicy({ baseMs: 100, capMs: 1_000, random: () => 0 });
    const half = createRetryPolicy({ baseMs: 100, capMs: 1_000, random: () => 0.5 });
    expect(lowest.delayAfter(4, failure())).toBe(0);
    expect(half.delayAfter(4, failure())).toBe(400);
  });

  it('never comes back before Retry-After and spreads those who do', () => {
    expect(createRetryPolicy({ random: () => 0 }).delayAfter(1, failure(5_000))).toBe(5_000);
    expect(highest.delayAfter(1, failure(5_000))).toBe(5_100);
  });

  it('does not let a server stop us for more than 15 minutes', () => {
    expect(createRetryPolicy({ random: () => 0 }).delayAfter(1, failure(86_400_000))).toBe(900_000);
  });

  it('stays finite, whole and within its bounds for any attempt and any Retry-After', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -5, max: 1_000_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.option(fc.integer({ min: -10, max: 10_000_000 }), { nil: undefined }),
        (attempt, share, retryAfterMs) => {
          const delay = createRetryPolicy({ baseMs: 100, capMs: 1_000, random: () => share }).delayAfter(
            attempt,
            failure(retryAfterMs),
          );
          expect(Number.isInteger(delay)).toBe(true);
          expect(delay).toBeGreaterThanOrEqual(Math.min(Math.max(0, retryAfterMs ?? 0), 900_000));
          expect(delay).toBeLessThanOrEqual(901_000);
        },
      ),
    );
  });
});
