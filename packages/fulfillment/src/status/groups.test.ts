import { describe, expect, it } from 'vitest';
import type { StatusChange } from '../ports.ts';
import { aPlatformStatus, aState } from '../testkit/index.ts';
import { afterWrite } from './change.ts';
import { byGroup, groupsOf, isRefused, toUpdates, withRefusal } from './groups.ts';

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
