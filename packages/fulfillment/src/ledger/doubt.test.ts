import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterRefusal, inDoubt } from './doubt.ts';

const timing = { startWindowMs: 5_000, requestTimeoutMs: 65_000, serverLimitMs: 60_000, indexLagMs: 2_000 };
const doubt = (elapsedMs: number, ...emptyLookups: number[]) => ({ elapsedMs, emptyLookups, timing });

describe('an attempt in doubt', () => {
  it('is searched for at once', () => {
    expect(inDoubt(doubt(0))).toEqual({ do: 'look-up' });
  });

  it('is searched for at growing distances until it can no longer come true', () => {
    expect(inDoubt(doubt(500, 0))).toEqual({ do: 'wait', ms: 1_500 });
    expect(inDoubt(doubt(2_000, 0))).toEqual({ do: 'look-up' });
    expect(inDoubt(doubt(2_000, 0, 2_000))).toEqual({ do: 'wait', ms: 4_000 });
    expect(inDoubt(doubt(100_000, 0, 2_000, 6_000, 14_000, 30_000, 62_000))).toEqual({ do: 'wait', ms: 26_000 });
    expect(inDoubt(doubt(129_000, 0, 2_000, 6_000, 14_000, 30_000, 62_000, 126_000))).toEqual({
      do: 'wait',
      ms: 1_000,
    });
  });

  it('is not cleared by searches that came before its end', () => {
    expect(inDoubt(doubt(130_000, 0, 2_000, 62_000))).toEqual({ do: 'look-up' });
    expect(inDoubt(doubt(1_000_000, 0, 129_999))).toEqual({ do: 'look-up' });
  });

  it('needs two empty searches an index lag apart after its end', () => {
    expect(inDoubt(doubt(131_000, 0, 130_000))).toEqual({ do: 'wait', ms: 1_000 });
    expect(inDoubt(doubt(132_000, 0, 130_000))).toEqual({ do: 'look-up' });
    expect(inDoubt(doubt(132_000, 0, 130_000, 131_999))).toEqual({ do: 'look-up' });
    expect(inDoubt(doubt(132_000, 0, 130_000, 132_000))).toEqual({ do: 'may-post' });
  });

  it('never allows a request before the end and an index lag have passed, and always allows one later', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4_000), { minLength: 60, maxLength: 60 }), fc.nat(5_000), (delays, indexLagMs) => {
        let elapsedMs = 0;
        const emptyLookups: number[] = [];
        for (const delay of delays) {
          const step = inDoubt({ elapsedMs, emptyLookups, timing: { ...timing, indexLagMs } });
          if (step.do === 'may-post') {
            expect(elapsedMs).toBeGreaterThanOrEqual(130_000 + indexLagMs);
            return;
          }
          if (step.do === 'look-up') emptyLookups.push(elapsedMs);
          elapsedMs += (step.do === 'wait' ? step.ms : 0) + delay;
        }
        expect.unreachable('still in doubt');
      }),
    );
  });
});

describe('a refusal', () => {
  it('is final after one empty search when nothing was uncertain', () => {
    expect(afterRefusal(doubt(0), false)).toEqual({ do: 'look-up' });
    expect(afterRefusal(doubt(10, 0), false)).toEqual({ do: 'reject' });
  });

  it('after an uncertain attempt is final only when the index must have shown the order', () => {
    expect(afterRefusal(doubt(0), true)).toEqual({ do: 'look-up' });
    expect(afterRefusal(doubt(500, 0), true)).toEqual({ do: 'wait', ms: 1_500 });
    expect(afterRefusal(doubt(2_000, 0), true)).toEqual({ do: 'look-up' });
    expect(afterRefusal(doubt(2_000, 0, 2_000), true)).toEqual({ do: 'reject' });
  });
});
