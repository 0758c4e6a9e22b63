import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createGather } from './gather.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function start() {
  const gone: number[][] = [];
  const wait = { on: (_item: number) => true };
  const gather = createGather<string, number>({
    toWait: (_group, items) => new Set(items.filter((item) => wait.on(item))),
    letGo: (items) => void gone.push([...items]),
  });
  return { gone, wait, gather };
}

describe('gathering', () => {
  it('lets go together and in order what need not wait, and keeps the rest', () => {
    const { gone, wait, gather } = start();
    for (const item of [1, 2, 3, 4]) gather.add('a', item);
    gather.settle('a');
    expect(gone).toEqual([]);
    wait.on = (item) => item > 2;
    gather.settle('a');
    expect(gone).toEqual([[1, 2]]);
    wait.on = () => false;
    gather.settle('a');
    expect(gone).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('looks again by itself', () => {
    const { gone, wait, gather } = start();
    gather.add('a', 1);
    vi.advanceTimersByTime(500);
    expect(gone).toEqual([]);
    wait.on = () => false;
    vi.advanceTimersByTime(100);
    expect(gone).toEqual([[1]]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('lets nothing wait for ever, each item by itself', () => {
    const { gone, gather } = start();
    gather.add('a', 1);
    vi.advanceTimersByTime(59_500);
    gather.add('a', 2);
    vi.advanceTimersByTime(500);
    expect(gone).toEqual([[1]]);
    vi.advanceTimersByTime(59_500);
    expect(gone).toEqual([[1], [2]]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('forgets a group, and lets nothing go once it is closed', () => {
    const { gone, wait, gather } = start();
    gather.add('a', 1);
    gather.add('b', 2);
    gather.remove('a');
    gather.close();
    gather.add('b', 3);
    wait.on = () => false;
    gather.settle('a');
    gather.settle('b');
    vi.advanceTimersByTime(1_000);
    expect(gone).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
