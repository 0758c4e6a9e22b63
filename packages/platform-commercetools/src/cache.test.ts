import { expect, test } from 'vitest';
import { createCache } from './cache.ts';

test('a value is read once until its time is over, also when it is undefined', async () => {
  let time = 0;
  let reads = 0;
  const cache = createCache<undefined>({ ttlMs: 10, limit: 10, now: () => time });
  const read = async () => void (reads += 1);
  await cache.get('a', read);
  time = 9;
  await cache.get('a', read);
  expect(reads).toBe(1);
  time = 10;
  await cache.get('a', read);
  expect(reads).toBe(2);
});

test('a failed read is not kept', async () => {
  const cache = createCache<number>({ ttlMs: 10, limit: 10 });
  await expect(cache.get('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(cache.get('a', async () => 1)).resolves.toBe(1);
});

test('the oldest entry goes when there are too many', async () => {
  const cache = createCache<number>({ ttlMs: 1e9, limit: 2 });
  for (const key of ['a', 'b', 'c']) await cache.get(key, async () => 1);
  await expect(cache.get('b', async () => 2)).resolves.toBe(1);
  await expect(cache.get('a', async () => 2)).resolves.toBe(2);
});
