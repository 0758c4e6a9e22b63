import { NOON } from '@pipeline/fulfillment/testkit';
import { describe, expect, it } from 'vitest';
import { createOpenOrders, type OpenOrdersOptions } from './openOrders.ts';
import type { OrderFacts } from './orderFacts.ts';

const HOUR = 3_600_000;

function start(over: Partial<OpenOrdersOptions> = {}) {
  const clock = { now: NOON };
  const orders = createOpenOrders({
    policy: { silenceMs: 2 * HOUR, longestMs: 24 * HOUR, giveUpMs: 720 * HOUR },
    maxOrders: 1_000,
    onLeftOut: () => undefined,
    partitionOf: (orderId) => Number(orderId.at(-1)),
    now: () => clock.now,
    ...over,
  });
  const due = () => orders.due(1_000).map(({ orderId }) => orderId);
  return { clock, orders, due };
}

const facts = (changedAt: number = NOON, hasLeft = false): OrderFacts => ({
  ...{ processIds: ['process-1'], changedAt, known: [], settled: [], hasLeft },
});
/** Enough for the slowest order. */
const SILENT = 2.4 * HOUR;

describe('open orders', () => {
  it('are due once when they are silent, and again after a longer pause', () => {
    const { clock, orders, due } = start();
    orders.put('order-0', facts());
    clock.now += 2 * HOUR - 1;
    expect(due()).toEqual([]);
    clock.now = NOON + SILENT;
    expect(due()).toEqual(['order-0']);
    orders.asked('order-0');
    expect(due()).toEqual([]);
    clock.now += 3 * HOUR;
    expect(due()).toEqual([]);
    clock.now += 2 * HOUR;
    expect(due()).toEqual(['order-0']);
  });

  it('are silent no longer when something is heard of them, whichever way it is learned first', () => {
    const { clock, orders, due } = start();
    for (const id of ['order-0', 'order-1', 'order-2']) orders.put(id, facts());
    clock.now += SILENT;
    orders.heard('order-0', clock.now - HOUR);
    orders.put('order-1', facts(clock.now - HOUR));
    expect(due()).toEqual(['order-2']);
    orders.heard('order-2', NOON - HOUR);
    expect(due()).toEqual(['order-2']);
  });

  it('are forgotten when they come to their end, when their partition is lost, and after a month of silence', () => {
    const { clock, orders, due } = start();
    for (const id of ['order-0', 'order-1', 'order-2', 'order-3']) orders.put(id, facts());
    orders.put('order-0', undefined);
    orders.lose(1);
    expect(orders.size).toBe(2);
    orders.heard('order-1', NOON + 1);
    clock.now += 700 * HOUR;
    orders.heard('order-2', clock.now);
    clock.now += 21 * HOUR;
    expect(due()).toEqual(['order-2']);
    expect(orders.size).toBe(1);
    orders.put('order-3', facts());
    expect(orders.size).toBe(1);
  });

  it('of a new owner are not all due at once: only those whose time came lately', () => {
    const { clock, orders, due } = start();
    clock.now += 40 * HOUR;
    const silences = Array.from({ length: 200 }, (_, index) => clock.now - index * 12 * 60_000);
    for (const [index, heardAt] of silences.entries()) orders.put(`order-${index}`, facts(heardAt));
    const first = due().length;
    expect(first).toBeGreaterThan(10);
    expect(first).toBeLessThan(100);
    for (const id of due()) orders.asked(id);
    // None of them is forgotten: each has its turn within as long again as it was silent.
    for (let hour = 0; hour < 48; hour++) {
      clock.now += HOUR;
      for (const id of due()) {
        orders.asked(id);
        silences[Number(id.split('-')[1])] = 0;
      }
    }
    expect(silences.filter((heardAt) => heardAt !== 0)).toEqual([]);
  });

  it('are asked about in the order in which they became due, and one that could not be is put off', () => {
    const { clock, orders, due } = start();
    orders.put('order-1', facts(NOON - HOUR));
    orders.put('order-0', facts(NOON - 2 * HOUR + 1));
    clock.now += SILENT;
    expect(due()).toEqual(['order-0', 'order-1']);
    expect(orders.overdueMs).toBeGreaterThan(HOUR);
    orders.putOff('order-0', 60_000);
    expect(due()).toEqual(['order-1']);
    clock.now += 60_000;
    expect(due()).toEqual(['order-0', 'order-1']);
    expect(orders.due(1).map(({ orderId }) => orderId)).toEqual(['order-0']);
  });

  it('are forgotten two days after they have left, by an owner that comes in between, too', () => {
    for (const owners of [1, 2]) {
      let { clock, orders, due } = start();
      let asks = 0;
      orders.put('order-0', facts(NOON, true));
      for (let hour = 1; hour < 72; hour++) {
        if (hour === 20 && owners === 2) {
          ({ clock, orders, due } = start());
          clock.now = NOON + hour * HOUR;
          orders.put('order-0', facts(NOON, true));
        } else clock.now += HOUR;
        for (const id of due()) {
          asks++;
          orders.asked(id);
        }
      }
      expect([asks, orders.size]).toEqual([4, 0]);
    }
  });

  it('find no room beyond the limit, which is counted, and those that are there keep theirs', () => {
    let leftOut = 0;
    const { orders } = start({ maxOrders: 2, onLeftOut: () => leftOut++ });
    for (const id of ['order-0', 'order-1', 'order-2']) orders.put(id, facts());
    orders.put('order-1', facts(NOON + 1));
    expect([orders.size, leftOut]).toEqual([2, 1]);
    orders.put('order-0', undefined);
    orders.put('order-2', facts());
    expect([orders.size, leftOut]).toEqual([2, 1]);
  });

  it('heard of by a clock that is ahead of ours are not silent for longer than they were', () => {
    const { clock, orders, due } = start();
    orders.put('order-0', facts(NOON + 1_000 * HOUR));
    clock.now += SILENT;
    expect(due()).toEqual(['order-0']);
  });
});
