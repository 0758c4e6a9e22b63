import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createKeyedRunner, type KeyOutcome } from './keyedRunner.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const unexpected = (error: unknown): void => {
  throw error;
};

/** A runner whose calls end when the test says so. */
function aRunner(limit: number, limitWithoutPlace = limit) {
  const calls: {
    key: string;
    items: readonly string[];
    leavePlace: () => void;
    end: (outcome: KeyOutcome) => void;
  }[] = [];
  const runner = createKeyedRunner<string>({
    limit,
    limitWithoutPlace,
    run: (key, items, leavePlace) => new Promise((resolve) => calls.push({ key, items, leavePlace, end: resolve })),
    onDefect: unexpected,
  });
  return { runner, calls };
}

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

describe('keyed runner', () => {
  it('runs different keys side by side and never more than the limit', async () => {
    const { runner, calls } = aRunner(2);
    for (const key of ['a', 'b', 'c']) runner.submit(key, key);
    expect(calls.map(({ key }) => key)).toEqual(['a', 'b']);
    calls[0]?.end({ finished: 1 });
    await settle();
    expect(calls.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    expect(runner.running).toBe(2);
  });

  it('starts another key when one leaves its place, and none when that one ends', async () => {
    const { runner, calls } = aRunner(1, 2);
    for (const key of ['a', 'b', 'c']) runner.submit(key, key);
    calls[0]?.leavePlace();
    calls[0]?.leavePlace();
    expect(calls.map(({ key }) => key)).toEqual(['a', 'b']);
    expect(runner.running).toBe(2);
    calls[0]?.end({ finished: 1 });
    await settle();
    expect(calls.map(({ key }) => key)).toEqual(['a', 'b']);
    calls[1]?.end({ finished: 1 });
    await settle();
    expect(calls.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
  });

  it('keeps a key to itself after it has left its place', async () => {
    const { runner, calls } = aRunner(2);
    runner.submit('a', '1');
    calls[0]?.leavePlace();
    runner.submit('a', '2');
    expect(calls).toHaveLength(1);
    calls[0]?.end({ finished: 1 });
    await settle();
    expect(calls[1]?.items).toEqual(['2']);
  });

  it('starts nothing while too many run without a place, and drains only when these have ended', async () => {
    const { runner, calls } = aRunner(1, 2);
    for (const key of ['a', 'b', 'c']) runner.submit(key, key);
    calls[0]?.leavePlace();
    calls[1]?.leavePlace();
    expect(calls.map(({ key }) => key)).toEqual(['a', 'b']);
    calls[1]?.end({ finished: 1 });
    await settle();
    expect(calls.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    calls[2]?.leavePlace();
    let drained = false;
    void runner.drain().then(() => (drained = true));
    calls[2]?.end({ finished: 1 });
    await settle();
    expect(drained).toBe(false);
    calls[0]?.end({ finished: 1 });
    await settle();
    expect(drained).toBe(true);
  });

  it('hands over all that waits for a key, and takes out only what was finished', async () => {
    const { runner, calls } = aRunner(4);
    runner.submit('a', '1');
    runner.submit('a', '2');
    runner.submit('a', '3');
    expect(calls[0]?.items).toEqual(['1']);
    calls[0]?.end({ finished: 1 });
    await settle();
    expect(calls[1]?.items).toEqual(['2', '3']);
    calls[1]?.end({ finished: 1 });
    await settle();
    expect(calls[2]?.items).toEqual(['3']);
  });

  it('leaves no timer behind when it drains, and every drain ends', async () => {
    const { runner, calls } = aRunner(2);
    runner.submit('waits', '1');
    calls[0]?.end({ againAfterMs: 900_000 });
    await settle();
    runner.submit('runs', '2');
    const drains = [runner.drain(), runner.drain()];
    calls[1]?.end({ againAfterMs: 900_000 });
    await Promise.all(drains);
    expect(vi.getTimerCount()).toBe(0);
    await runner.drain();
  });

  it('keeps the order of a key that is removed while it runs and comes again', async () => {
    const { runner, calls } = aRunner(2);
    runner.submit('a', 'old-1');
    runner.submit('a', 'old-2');
    runner.remove((item) => item.startsWith('old'));
    runner.submit('a', 'new-1');
    runner.submit('a', 'new-2');
    expect(calls).toHaveLength(1);
    calls[0]?.end({ finished: 1 });
    await settle();
    expect(calls[1]?.items).toEqual(['new-1', 'new-2']);
  });

  it('lets others flow while a key waits for its next try', async () => {
    const { runner, calls } = aRunner(1);
    runner.submit('stuck', '1');
    runner.submit('other', '2');
    calls[0]?.end({ againAfterMs: 60_000 });
    await settle();
    expect(calls[1]?.key).toBe('other');
    expect(runner.waiting).toBe(1);
    calls[1]?.end({ finished: 1 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(calls[2]).toMatchObject({ key: 'stuck', items: ['1'] });
    expect(runner.waiting).toBe(0);
  });

  it('tries a waiting key at once when it is woken, also when that came while it ran', async () => {
    const { runner, calls } = aRunner(1);
    runner.submit('a', '1');
    runner.wake('a');
    calls[0]?.end({ againAfterMs: 60_000 });
    await settle();
    expect(calls).toHaveLength(2);
    calls[1]?.end({ againAfterMs: 60_000 });
    await settle();
    expect(calls).toHaveLength(2);
    runner.wake('a');
    expect(calls).toHaveLength(3);
  });

  it('forgets what is removed, queued, waiting or behind what runs', async () => {
    const { runner, calls } = aRunner(1);
    runner.submit('a', 'lost 1');
    runner.submit('a', 'lost 2');
    runner.submit('b', 'lost 3');
    runner.submit('c', 'kept');
    runner.remove((item) => item.startsWith('lost'));
    calls[0]?.end({ finished: 1 });
    await settle();
    expect(calls.map(({ items }) => items)).toEqual([['lost 1'], ['kept']]);
  });

  it('starts nothing new while it drains, and is drained when nothing runs', async () => {
    const { runner, calls } = aRunner(1);
    runner.submit('a', '1');
    runner.submit('a', '2');
    let drained = false;
    void runner.drain().then(() => {
      drained = true;
    });
    await settle();
    expect(drained).toBe(false);
    calls[0]?.end({ finished: 1 });
    await settle();
    expect(drained).toBe(true);
    expect(calls).toHaveLength(1);
  });

  it('keeps a key whose handler broke and tries it again', async () => {
    const defects: unknown[] = [];
    let tries = 0;
    const runner = createKeyedRunner<string>({
      limit: 1,
      run: () => (tries++ === 0 ? Promise.reject(new Error('defect')) : Promise.resolve({ finished: 1 })),
      onDefect: (error) => defects.push(error),
    });
    runner.submit('a', '1');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(tries).toBe(2);
    expect(defects).toHaveLength(1);
  });

  it('keeps the order of each key, handles each item once and never two of a key at a time, whatever happens', async () => {
    const plan = fc.array(
      fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), ms: fc.nat(20), again: fc.boolean() }),
      { maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(plan, fc.integer({ min: 1, max: 5 }), async (steps, limit) => {
        const handled: Record<string, number[]> = {};
        const inside = new Set<string>();
        const triedOnce = new Set<number>();
        const runner = createKeyedRunner<{ id: number; ms: number; again: boolean }>({
          limit,
          run: async (key, [first]) => {
            expect(inside.has(key)).toBe(false);
            inside.add(key);
            expect(inside.size).toBeLessThanOrEqual(limit);
            await new Promise((resolve) => setTimeout(resolve, first.ms));
            inside.delete(key);
            if (first.again && !triedOnce.has(first.id)) {
              triedOnce.add(first.id);
              return { againAfterMs: first.ms };
            }
            (handled[key] ??= []).push(first.id);
            return { finished: 1 };
          },
          onDefect: unexpected,
        });
        const expected: Record<string, number[]> = {};
        steps.forEach(({ key, ms, again }, id) => {
          runner.submit(key, { id, ms, again });
          (expected[key] ??= []).push(id);
        });
        await vi.advanceTimersByTimeAsync(10_000);
        expect(handled).toEqual(expected);
        expect(runner.running).toBe(0);
      }),
      { numRuns: 50 },
    );
  });
});
