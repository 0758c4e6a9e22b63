import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type CommitTurnsOptions, createCommitTurns, type EndTurn } from './commitTurns.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

/** Turns of which each taker's beginning is noted. */
function someTurns(options: CommitTurnsOptions) {
  const turns = createCommitTurns({ longestMs: 100, ...options });
  const begun: { name: string; end: EndTurn }[] = [];
  const take = (name: string): void => void turns.take().then((end) => begun.push({ name, end }));
  return { take, begun, names: () => begun.map(({ name }) => name) };
}

it('gives turns in the order of asking, never more than the limit at the same time', async () => {
  const { take, begun, names } = someTurns({ limit: 2 });
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
  const { take, begun, names } = someTurns({ limit: 1, limitWhenIdle: 3 });
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
  const { take, begun, names } = someTurns({ limit: 1 });
  for (const name of ['a', 'b', 'c']) take(name);
  await settle();
  begun[0]?.end();
  begun[0]?.end();
  await settle();
  expect(names()).toEqual(['a', 'b']);
});

it('a turn that lasts too long is given on once, and its end makes no further room', async () => {
  const { take, begun, names } = someTurns({ limit: 1 });
  for (const name of ['stuck', 'b', 'c']) take(name);
  await vi.advanceTimersByTimeAsync(99);
  expect(names()).toEqual(['stuck']);
  await vi.advanceTimersByTimeAsync(1);
  expect(names()).toEqual(['stuck', 'b']);
  begun[0]?.end();
  await settle();
  expect(names()).toEqual(['stuck', 'b']);
});

it('turns of a busy process begin at a pace', async () => {
  let busy = true;
  const { take, names } = someTurns({ limit: 9, pace: { isBusy: () => busy, everyMs: 10, roundMs: 1_000 } });
  for (const name of ['a', 'b', 'c', 'd', 'e']) take(name);
  await settle();
  expect(names()).toEqual(['a']);
  await vi.advanceTimersByTimeAsync(9);
  expect(names()).toEqual(['a']);
  await vi.advanceTimersByTimeAsync(1);
  expect(names()).toEqual(['a', 'b']);
  await vi.advanceTimersByTimeAsync(10);
  expect(names()).toEqual(['a', 'b', 'c']);
  busy = false;
  take('f');
  await settle();
  expect(names()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
});

it('after a rest the first of a busy process begins at once', async () => {
  const { take, names } = someTurns({ limit: 9, pace: { isBusy: () => true, everyMs: 10, roundMs: 1_000 } });
  take('a');
  await vi.advanceTimersByTimeAsync(10);
  take('b');
  await settle();
  expect(names()).toEqual(['a', 'b']);
});

it('the more wait in a busy process, the sooner turns begin', async () => {
  const { take, begun, names } = someTurns({
    limit: 1_000,
    pace: { isBusy: () => true, everyMs: 10, roundMs: 100 },
  });
  for (let name = 0; name < 100; name++) take(String(name));
  await vi.advanceTimersByTimeAsync(100);
  expect(names().length).toBeGreaterThan(50);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(begun).toHaveLength(100);
});

it('leaves no timer behind', async () => {
  const pace = { isBusy: () => true, everyMs: 10, roundMs: 100 };
  const { take, begun } = someTurns({ limit: 2, pace });
  take('a');
  take('b');
  take('c');
  await vi.advanceTimersByTimeAsync(10);
  for (const { end } of begun) end();
  await vi.advanceTimersByTimeAsync(10);
  begun[2]?.end();
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
