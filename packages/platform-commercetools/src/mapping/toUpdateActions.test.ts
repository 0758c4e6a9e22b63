import { divide, type StatusFields } from '@pipeline/fulfillment';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fieldKinds, fieldPresets, statusFieldKeys } from '../fieldNames.ts';
import { toUpdateActions } from './toUpdateActions.ts';

const orderType = { id: 'our-type', key: 'fft-order' };
const names = fieldPresets.docs;
const none = {};

const update = (changes: {
  fields?: Partial<StatusFields>;
  shipmentState?: 'Ready' | 'Shipped' | null;
  customTypeId?: string | null;
  current?: string;
  ours?: typeof orderType | null;
  foreignFields?: ReadonlyMap<string, string> | null;
}) =>
  toUpdateActions({
    change: { shipmentState: changes.shipmentState ?? null, fields: changes.fields ?? none },
    platform: {
      version: 3,
      shipmentState: changes.current ?? null,
      customTypeId: changes.customTypeId ?? null,
      gone: false,
      parts: null,
    },
    names,
    orderType: changes.ours === undefined ? orderType : changes.ours,
    foreignFields: changes.foreignFields ?? null,
  });

test('an order without a Type gets ours, with all fields in one action', () => {
  const { actions, skippedFields } = update({
    fields: { providerOrderId: 'F', loadUnitsAmount: 0, shortId: null },
    shipmentState: 'Ready',
  });
  expect(actions).toEqual([
    {
      action: 'setCustomType',
      type: { typeId: 'type', key: 'fft-order' },
      fields: { fft_order_id: 'F', fft_load_units_amount: 0 },
    },
    { action: 'changeShipmentState', shipmentState: 'Ready' },
  ]);
  expect(skippedFields).toEqual([]);
});

test('an order with our Type gets one action for each field', () => {
  const { actions } = update({ fields: { pickJobId: 'P', shortId: 'S' }, customTypeId: 'our-type' });
  expect(actions).toEqual([
    { action: 'setCustomField', name: 'fft_pickjob_id', value: 'P' },
    { action: 'setCustomField', name: 'fft_short_id', value: 'S' },
  ]);
});

test('an order without a Type gets none when there is no value', () => {
  expect(update({ fields: { pickJobId: null } })).toEqual({ actions: [], skippedFields: [] });
});

describe('an order with a foreign Type', () => {
  const fields = { providerOrderId: 'F', pickJobId: 'P', loadUnitsAmount: 2 };

  test('gets the fields that it defines with the right kind; the others are reported', () => {
    const foreignFields = new Map([
      ['fft_order_id', 'String'],
      ['fft_load_units_amount', 'String'],
      ['gift', 'Boolean'],
    ]);
    const { actions, skippedFields } = update({ fields, customTypeId: 'theirs', foreignFields });
    expect(actions).toEqual([{ action: 'setCustomField', name: 'fft_order_id', value: 'F' }]);
    expect(skippedFields).toEqual(['fft_pickjob_id', 'fft_load_units_amount']);
  });

  test('still gets its shipment state when it defines none of them', () => {
    const { actions, skippedFields } = update({
      fields,
      customTypeId: 'theirs',
      shipmentState: 'Shipped',
      foreignFields: new Map(),
    });
    expect(actions).toEqual([{ action: 'changeShipmentState', shipmentState: 'Shipped' }]);
    expect(skippedFields).toHaveLength(3);
  });
});

test('without a Type of ours, fields of an order without one are reported', () => {
  expect(update({ fields: { pickJobId: 'P' }, ours: null })).toEqual({
    actions: [],
    skippedFields: ['fft_pickjob_id'],
  });
});

test('the shipment state that the order has already is not written', () => {
  expect(update({ shipmentState: 'Ready', current: 'Ready' }).actions).toEqual([]);
  expect(update({ shipmentState: 'Ready', current: 'Pending' }).actions).toHaveLength(1);
});

test('whatever the change and the Type: a foreign Type is never set over, no field is emptied, every value is written or reported', () => {
  const value = (key: keyof StatusFields): fc.Arbitrary<string | number> =>
    fieldKinds[key] === 'Number' ? fc.nat() : fc.string();
  const fieldsOf = fc.record(Object.fromEntries(statusFieldKeys.map((key) => [key, fc.option(value(key))])), {
    requiredKeys: [],
  }) as fc.Arbitrary<Partial<StatusFields>>;
  const defined = fc.uniqueArray(fc.constantFrom(...statusFieldKeys));
  const typeId = fc.constantFrom(null, 'our-type', 'theirs');
  fc.assert(
    fc.property(fieldsOf, defined, typeId, (fields, keys, customTypeId) => {
      const foreignFields =
        customTypeId === 'theirs' ? new Map(keys.map((key) => [names[key] ?? '', fieldKinds[key]])) : null;
      const { actions, skippedFields } = update({ fields, customTypeId, foreignFields });
      const written = actions.flatMap((action) => {
        if (action.action === 'setCustomType') return Object.entries(action.fields ?? {});
        return action.action === 'setCustomField' ? [[action.name, action.value as unknown] as const] : [];
      });
      if (customTypeId !== null) expect(actions.some(({ action }) => action === 'setCustomType')).toBe(false);
      expect(written.every(([, each]) => each !== null && each !== undefined)).toBe(true);
      const wanted = statusFieldKeys.filter((key) => names[key] !== null && (fields[key] ?? null) !== null);
      const seen = [...written.map(([name]) => name), ...skippedFields];
      expect(seen.sort()).toEqual(wanted.map((key) => names[key]).sort());
    }),
  );
});

test.each(Object.entries(fieldPresets))('the names of the preset %s are distinct', (_name, preset) => {
  const names = statusFieldKeys.map((field) => preset[field]).filter((name) => name !== null);
  expect(new Set(names).size).toBe(names.length);
});

test('no part of a divided change has more than the 500 actions that commercetools takes', () => {
  const fields = Object.fromEntries(statusFieldKeys.map((key) => [key, key === 'loadUnitsAmount' ? 2 : key]));
  const change = {
    ...{ shipmentState: 'Shipped' as const, fields, syncInfo: { channelId: 'channel', externalId: 'F' } },
    returns: [],
  };
  const steps = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ step: 'removeParcel' as const, key: `parcel-${index}` }));
  const platform = { version: 3, shipmentState: null, customTypeId: 'our-type', gone: false, parts: null };
  const request = { platform, names: fieldPresets.connector, orderType, foreignFields: null };
  for (const count of [1, 479, 480, 481, 499, 500, 501, 2_000]) {
    const updates = divide({ ...change, deliveries: steps(count) }).map((part) =>
      toUpdateActions({ ...request, change: part }),
    );
    expect(Math.max(...updates.map(({ actions }) => actions.length))).toBeLessThanOrEqual(500);
    const removed = updates.flatMap(({ actions }) => actions.filter(({ action }) => action.startsWith('removeParcel')));
    expect(removed).toHaveLength(count);
  }
});
