import { statusPresets } from '@pipeline/fulfillment';
import { aLedgerEntry } from '@pipeline/fulfillment/testkit';
import { expect, test } from 'vitest';
import { countChanges, lifeOf, shuffle } from './statusEvents.ts';

const all = { orders: 50, events: 7, side: 10 };

test('every event of every order arrives, some twice, not far from the others of its order', () => {
  const once = shuffle({ ...all, duplicates: 0 });
  expect(once).toHaveLength(350);
  expect(new Set(once.map(({ order, event }) => `${order} ${event}`)).size).toBe(350);
  expect(shuffle({ ...all, duplicates: 1 })).toHaveLength(700);
  for (const [at, { order }] of once.entries()) {
    expect(at).toBeLessThan((order + 10) * 7 + 7);
    expect(at).toBeGreaterThanOrEqual((order - 10) * 7 - 7);
  }
});

test('the same random numbers give the same order, and without others beside them lives come one by one', () => {
  const numbers = () => {
    let last = 0;
    return () => (last = (last * 7 + 0.3) % 1);
  };
  const seeded = () => shuffle({ ...all, duplicates: 0.2, random: numbers() });
  expect(seeded()).toEqual(seeded());
  const orders = shuffle({ ...all, duplicates: 0.2, side: 1 }).map(({ order }) => order);
  expect(orders).toEqual([...orders].sort((a, b) => a - b));
});

test('a change is what is to be shown and was not before: late and repeated events make none', () => {
  const ledger = aLedgerEntry();
  const [created, picking, picked, ready, given, parcel, tracked] = lifeOf(ledger);
  if (!created || !picking || !picked || !ready || !given || !parcel || !tracked) throw new Error('events are missing');
  const count = (...inputs: Parameters<typeof countChanges>[0]) => countChanges(inputs, statusPresets.docs);
  expect(count()).toBe(0);
  expect(count(ledger)).toBe(1);
  expect(count(ledger, created)).toBe(1);
  expect(count(ledger, created, picking)).toBe(2);
  expect(count(ledger, created, picking, picked, ready, given, parcel, tracked)).toBe(7);
  expect(count(ledger, created, picking, picking, picked, picking, created)).toBe(3);
});
