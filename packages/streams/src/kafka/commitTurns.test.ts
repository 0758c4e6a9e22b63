import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createCommitTurns, type EndTurn } from './commitTurns.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

/** Turns of which each taker's beginning is noted. */
function someTurns(limit: number, longestMs = 100, limitWhenIdle = limit) {
  const turns = createCommitTurns({ limit, limitWhenIdle, longestMs });
  const begun: { name: string; end: EndTurn }[] = [];
  const take = (name: string): void => void turns.take().then((end) => begun.push({ name, end }));
  return { take, begun, names: () => begun.map(({ name }) => name) };
}

it('gives turns in the order of asking, never more than the limit at the same time', async () => {
  const { take, begun, names } = someTurns(2);
  for (const name of ['a', 'b', 'c', 'd']) take(name);
  await settle();
  expect(names()).toEqual(['a', 'b']);
  begun[1]?.end();
  await settle();
  expect(names()).toEqual(['a', 'b', 'c']);
  begun[0]?.end();
  await settle();
  expect(names()).toEqual(['a', 'b', 'c', 'd']);
});

it('gives more turns while few wait, and one after another when many do', async () => {
  const { take, begun, names } = someTurns(1, 100, 3);
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) take(name);
  await settle();
  expect(names()).toEqual(['a', 'b', 'c']);
  // Three wait: only when none is under way the next one begins.
  begun[0]?.end();
  begun[1]?.end();
  await settle();
  expect(names()).toEqual(['a', 'b', 'c']);
  begun[2]?.end();
  await settle();
  // Two wait now: two may be under way, then one waits, and three may.
  expect(names()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
});

it('a turn that is ended twice makes room once', async () => {
  const { take, begun, names } = someTurns(1);
  for (const name of ['a', 'b', 'c']) take(name);
  await settle();
  begun[0]?.end();
  begun[0]?.end();
  await settle();
  expect(names()).toEqual(['a', 'b']);
});

it('a turn that lasts too long is given on once, and its end makes no further room', async () => {
  const { take, begun, names } = someTurns(1, 100);
  for (const name of ['stuck', 'b', 'c']) take(name);
  await vi.advanceTimersByTimeAsync(99);
  expect(names()).toEqual(['stuck']);
  await vi.advanceTimersByTimeAsync(1);
  expect(names()).toEqual(['stuck', 'b']);
  begun[0]?.end();
  await settle();
  expect(names()).toEqual(['stuck', 'b']);
});

it('leaves no timer behind', async () => {
  const { take, begun } = someTurns(2);
  take('a');
  take('b');
  await settle();
  for (const { end } of begun) end();
  expect(vi.getTimerCount()).toBe(0);
});

it('everybody has a turn, whatever the order of the ends, and the limit always holds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(fc.nat(5), { maxLength: 30 }), async (limit, lengths) => {
      const turns = createCommitTurns({ limit });
      let under = 0;
      let most = 0;
      const each = lengths.map(async (steps) => {
        const end = await turns.take();
        most = Math.max(most, ++under);
        for (let step = 0; step < steps; step++) await Promise.resolve();
        under--;
        end();
      });
      await Promise.all(each);
      expect(most).toBeLessThanOrEqual(limit);
    }),
  );
});
