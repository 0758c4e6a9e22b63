import { describe, expect, it } from 'vitest';
import type { StatusChange } from '../ports.ts';
import { aPlatformStatus, aState } from '../testkit/index.ts';
import { afterWrite } from './change.ts';
import { byGroup, divide, groupsOf, isOfSameGroups, isRefused, rejoin, toUpdates, withRefusal } from './groups.ts';

const state: StatusChange = { shipmentState: 'Ready', fields: {} };
const fields: StatusChange = { shipmentState: null, fields: { pickJobId: 'p-1' } };
const both: StatusChange = { ...state, fields: fields.fields };
const refusedWith = (...parts: readonly StatusChange[]) =>
  parts.reduce((before, part) => withRefusal(before, part, 'InvalidField'), aState());

describe('the groups of a change', () => {
  it('are those of which it holds anything', () => {
    expect(groupsOf(both)).toEqual(['state', 'fields']);
    expect(groupsOf({ shipmentState: null, fields: {} })).toEqual([]);
    expect(byGroup(both)).toEqual([state, fields]);
    expect(byGroup(fields)).toEqual([fields]);
  });
});

describe('the updates of a change', () => {
  it('are one when nothing was refused', () => {
    expect(toUpdates(both, aState())).toEqual([both]);
    expect(toUpdates(state, aState())).toEqual([state]);
  });

  it('have what was refused the last time by itself, after the rest', () => {
    expect(toUpdates(both, refusedWith(state))).toEqual([fields, state]);
    expect(toUpdates(both, refusedWith(fields))).toEqual([state, fields]);
    expect(toUpdates(both, refusedWith({ shipmentState: 'Shipped', fields: {} }))).toEqual([fields, state]);
  });

  it('are none when all of it was refused as it is, but for a redrive', () => {
    expect(toUpdates(fields, refusedWith(fields))).toEqual([]);
    expect(toUpdates(both, refusedWith(fields, state))).toEqual([]);
    expect(toUpdates(both, refusedWith(fields, state), true)).toEqual([state, fields]);
  });

  it('are both when only one was refused as it is', () => {
    expect(toUpdates(both, refusedWith(fields, { shipmentState: 'Pending', fields: {} }))).toEqual([state, fields]);
  });
});

describe('what was refused', () => {
  it('is remembered by its value, the latest of each group', () => {
    const { refused } = refusedWith(fields, state, { shipmentState: null, fields: { pickJobId: 'p-2' } });
    expect(refused.map(({ group, code }) => [group, code])).toEqual([
      ['state', 'InvalidField'],
      ['fields', 'InvalidField'],
    ]);
    expect(isRefused(state, refused)).toBe(true);
    expect(isRefused(fields, refused)).toBe(false);
  });

  it('is forgotten when the group is accepted', () => {
    const platform = aPlatformStatus();
    const before = { ...refusedWith(fields, state), platform };
    const after = (change: StatusChange) => afterWrite(before, { change, platform, now: 1 }).refused;
    expect(after(state).map(({ group }) => group)).toEqual(['fields']);
    expect(after(both)).toEqual([]);
  });
});

describe('a change that is too much for one update', () => {
  const removals = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ step: 'removeDelivery' as const, key: `delivery-${index}` }));
  const returns = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      step: 'setReturnState' as const,
      itemId: `item-${index}`,
      shipmentState: 'Returned' as const,
    }));
  const sizes = (updates: readonly StatusChange[]) =>
    updates.map(({ deliveries = [], returns: steps = [] }) => [deliveries.length, steps.length]);

  it('is not divided as long as it fits', () => {
    const change = { ...both, deliveries: removals(400), returns: returns(80) };
    expect(divide(change)).toEqual([change]);
    expect(divide(both)).toEqual([both]);
  });

  it('leaves a group whole where that fits, after what has no steps', () => {
    const updates = divide({ ...both, deliveries: removals(400), returns: returns(81) });
    expect(sizes(updates)).toEqual([
      [0, 0],
      [400, 0],
      [0, 81],
    ]);
    expect(updates[0]).toEqual(both);
  });

  it('has all steps once and in their order, never more than 500 in an update', () => {
    const steps = removals(1_100);
    const updates = divide({ shipmentState: null, fields: {}, deliveries: steps });
    expect(updates.flatMap(({ deliveries = [] }) => deliveries)).toEqual(steps);
    expect(sizes(updates)).toEqual([
      [480, 0],
      [480, 0],
      [140, 0],
    ]);
  });

  it('is refused as one, from the part that was refused on', () => {
    const [, refused, last] = divide({ shipmentState: null, fields: {}, deliveries: removals(1_100) });
    if (!refused || !last) return expect.fail('not divided');
    expect(isOfSameGroups(refused, last)).toBe(true);
    expect(isOfSameGroups(refused, both)).toBe(false);
    const whole = rejoin(refused, [last]);
    expect(whole.deliveries).toEqual(removals(1_100).slice(480));
    expect(isRefused(whole, refusedWith(whole).refused)).toBe(true);
    expect(isRefused(refused, refusedWith(whole).refused)).toBe(false);
  });
});
