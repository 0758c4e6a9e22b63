import { NOON, ORDER_ID } from '@pipeline/fulfillment/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextAsk, type SilencePolicy } from './silence.ts';

const HOUR = 3_600_000;
const policy: SilencePolicy = { silenceMs: 2 * HOUR, longestMs: 24 * HOUR, giveUpMs: 720 * HOUR };

/** All times at which an order is asked about that stays silent, in hours after it was heard of. */
function asksOf(orderId: string, rules = policy): number[] {
  const hours: number[] = [];
  for (let after = NOON; ; ) {
    const ask = nextAsk({ orderId, heardAt: NOON, after }, rules);
    if (!ask) return hours;
    expect(ask.nth).toBe(hours.length);
    hours.push((ask.at - NOON) / HOUR);
    after = ask.at;
  }
}

describe('when a silent order is asked about', () => {
  it('is after 2 h, then after 4, 8 and 16 more, then once a day, until it is given up', () => {
    const hours = asksOf(ORDER_ID);
    const slower = (hours[0] ?? 0) / 2;
    expect(slower).toBeGreaterThanOrEqual(1);
    expect(slower).toBeLessThan(1.2);
    const pauses = hours.map((hour, index) => (hour - (hours[index - 1] ?? 0)) / slower);
    expect(pauses.slice(0, 6).map(Math.round)).toEqual([2, 4, 8, 16, 24, 24]);
    expect(hours.at(-1)).toBeLessThanOrEqual(720);
    expect(hours.length).toBeLessThan(36);
  });

  it('is spread over orders that fell silent together', () => {
    const first = Array.from({ length: 200 }, (_, index) => asksOf(`order-${index}`)[0] ?? 0);
    expect(new Set(first).size).toBeGreaterThan(150);
    expect(Math.max(...first) - Math.min(...first)).toBeGreaterThan(0.3);
  });

  it('does not depend on who asks, or since when: each owner of it finds the same times', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 0, max: 800 * HOUR }), (orderId, afterMs) => {
        const next = nextAsk({ orderId, heardAt: NOON, after: NOON + afterMs }, policy);
        const expected = asksOf(orderId).find((hour) => hour * HOUR > afterMs);
        expect(next && (next.at - NOON) / HOUR).toBe(expected);
      }),
    );
  });

  it('never is before the silence has lasted, and ends with pauses that are all the same', () => {
    const even = { silenceMs: 1_000, longestMs: 1_000, giveUpMs: 10_000 };
    expect(nextAsk({ orderId: ORDER_ID, heardAt: NOON, after: 0 }, even)?.at).toBeGreaterThanOrEqual(NOON + 1_000);
    expect(asksOf(ORDER_ID, even).length).toBeLessThanOrEqual(10);
  });
});
