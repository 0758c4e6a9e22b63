import { expect, it } from 'vitest';
import { nextTurn } from './nextTurn.ts';

it('comes after all promises that are settled, for all who ask together, and each time anew', async () => {
  const seen: string[] = [];
  const both = [nextTurn().then(() => seen.push('first')), nextTurn().then(() => seen.push('second'))];
  for (let step = 0; step < 100; step++) await Promise.resolve();
  expect(seen).toEqual([]);
  await Promise.all(both);
  expect(seen).toEqual(['first', 'second']);
  await nextTurn();
});
