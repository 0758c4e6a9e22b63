import { setImmediate } from 'node:timers';
import { expect, it } from 'vitest';
import { nextTurn } from './nextTurn.ts';

it('comes after all promises that are settled, in the order of asking, and each time anew', async () => {
  const seen: string[] = [];
  const both = [nextTurn().then(() => seen.push('first')), nextTurn().then(() => seen.push('second'))];
  for (let step = 0; step < 100; step++) await Promise.resolve();
  expect(seen).toEqual([]);
  await Promise.all(both);
  expect(seen).toEqual(['first', 'second']);
  await nextTurn();
});

it('lets what the network has brought go before each of them', async () => {
  const seen: string[] = [];
  const turns = ['first', 'second', 'third'].map((name) => nextTurn().then(() => seen.push(name)));
  setImmediate(() => seen.push('answer'));
  await Promise.all(turns);
  expect(seen).toEqual(['first', 'answer', 'second', 'third']);
});

it('takes more of them along the more there are', async () => {
  let turns = 0;
  let over = false;
  const count = (): void => {
    turns++;
    if (!over) setImmediate(count);
  };
  setImmediate(count);
  await Promise.all(Array.from({ length: 256 }, nextTurn));
  over = true;
  expect(turns).toBeGreaterThan(16);
  expect(turns).toBeLessThan(80);
});
