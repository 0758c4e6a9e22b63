import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLaneGate, type LaneGateOptions } from './laneGate.ts';
import type { RawMessage } from './message.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Item {
  readonly raw: RawMessage;
}
const anItem = (offset: number, partition = 0): Item => ({
  raw: {
    topic: 'lane',
    partition,
    offset: BigInt(offset),
    key: 'key',
    value: null,
    headers: {},
    timestamp: 0,
  },
});

function aGate(options: Partial<LaneGateOptions<Item>> = {}) {
  const through: Item[] = [];
  const state = { busy: false, share: 1 };
  const gate = createLaneGate<Item>({
    share: () => state.share,
    maxInHand: 1_000_000,
    isBusy: () => state.busy,
    letThrough: (item) => void through.push(item),
    ...options,
  });
  const fill = (count: number): Item[] => {
    const items = Array.from({ length: count }, (_, offset) => anItem(offset));
    for (const item of items) gate.add(item);
    return items;
  };
  return { gate, through, state, fill };
}

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

describe('lane gate', () => {
  it('lets through in the order of arrival, and never more in a second than the rate', async () => {
    const { through, fill } = aGate({ maxPerSecond: 50 });
    const items = fill(1_000);
    const counts: number[] = [];
    for (let second = 0; second < 10; second++) {
      await pass(1_000);
      counts.push(through.length);
    }
    expect(through).toEqual(items.slice(0, through.length));
    for (const [second, count] of counts.entries()) {
      expect(count).toBeLessThanOrEqual(50 * (second + 1) + 1);
      expect(count).toBeGreaterThan(40 * (second + 1));
    }
  });

  it('takes its share of the rate, as partitions come and go', async () => {
    const { through, state, fill } = aGate({ maxPerSecond: 40 });
    state.share = 1 / 4;
    fill(10_000);
    await pass(10_000);
    expect(through.length).toBeGreaterThan(80);
    expect(through.length).toBeLessThanOrEqual(101);
    const before = through.length;
    state.share = 1;
    await pass(10_000);
    expect(through.length - before).toBeGreaterThan(320);
    expect(through.length - before).toBeLessThanOrEqual(402);
  });

  it('lets nothing through while live traffic has more to do than places, and makes up for nothing afterwards', async () => {
    const { through, state, fill } = aGate({ maxPerSecond: 10 });
    state.busy = true;
    fill(1_000);
    await pass(60_000);
    expect(through).toEqual([]);
    state.busy = false;
    await pass(1_000);
    expect(through.length).toBeGreaterThan(5);
    expect(through.length).toBeLessThanOrEqual(12);
  });

  it('keeps few in hand: the next goes when one is finished, whatever else finishes', async () => {
    const { gate, through, fill } = aGate({ maxInHand: 2 });
    const [first, second] = fill(10) as [Item, Item];
    await pass(1_000);
    expect(through).toEqual([first, second]);
    gate.finished(anItem(0).raw);
    await pass(1_000);
    expect(through).toHaveLength(2);
    gate.finished(second.raw);
    gate.finished(second.raw);
    await pass(1_000);
    expect(through).toHaveLength(3);
    expect(gate.inHand).toBe(2);
    expect(gate.waiting).toBe(7);
  });

  it('forgets what a lost partition had, waiting or in hand, so that the others go on', async () => {
    const { gate, through } = aGate({ maxInHand: 1 });
    gate.add(anItem(0, 3));
    gate.add(anItem(1, 3));
    gate.add(anItem(0, 4));
    await pass(100);
    gate.remove(({ raw }) => raw.partition === 3);
    await pass(100);
    expect(through.map(({ raw }) => raw.partition)).toEqual([3, 4]);
    expect(gate.waiting).toBe(0);
  });

  it('begins anew after it had nothing to do', async () => {
    const { gate, through } = aGate({ maxPerSecond: 100 });
    gate.add(anItem(0));
    await pass(10_000);
    gate.add(anItem(1));
    await pass(100);
    expect(through).toHaveLength(2);
  });

  it('lets nothing through once closed, also not what just waits for its turn or a place', async () => {
    for (const options of [{ maxPerSecond: 1 }, { maxInHand: 1 }]) {
      const { gate, through, fill } = aGate(options);
      fill(3);
      await pass(10);
      const before = through.length;
      gate.close();
      for (const { raw } of through) gate.finished(raw);
      await pass(60_000);
      expect(through).toHaveLength(before);
      expect(vi.getTimerCount()).toBe(0);
    }
  });

  it('lets each message through once, in order, however adding, finishing and losing are mixed', async () => {
    const step = fc.oneof(
      fc.record({ add: fc.integer({ min: 0, max: 2 }) }),
      fc.constant({ finish: true }),
      fc.record({ lose: fc.integer({ min: 0, max: 2 }) }),
      fc.record({ passMs: fc.integer({ min: 0, max: 500 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { gate, through } = aGate({ maxInHand: 3, maxPerSecond: 20 });
        const open = new Set<Item>();
        let added = 0;
        for (const action of steps) {
          if ('add' in action) {
            const item = anItem(added++, action.add);
            open.add(item);
            gate.add(item);
          } else if ('finish' in action) {
            const [item] = through.filter((candidate) => open.has(candidate));
            if (item) {
              gate.finished(item.raw);
              open.delete(item);
            }
          } else if ('lose' in action) {
            gate.remove(({ raw }) => raw.partition === action.lose);
            for (const item of open) if (item.raw.partition === action.lose) open.delete(item);
          } else await pass(action.passMs);
          expect(gate.inHand).toBeLessThanOrEqual(3);
          expect(gate.waiting + gate.inHand).toBe(open.size);
        }
        const offsets = through.map(({ raw }) => Number(raw.offset));
        expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
        for (let turn = 0; open.size > 0 && turn < 200; turn++) {
          await pass(1_000);
          for (const item of through) if (open.delete(item)) gate.finished(item.raw);
        }
        expect(open.size).toBe(0);
        gate.close();
      }),
      { numRuns: 50 },
    );
  });
});
