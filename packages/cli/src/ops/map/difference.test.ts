import type { ExplainedOrder } from '@pipeline/provider-fulfillmenttools';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kindOf, toDifferences, toShortcomings } from './difference.ts';
import { createTally } from './tally.ts';

const mapped = (order: object): ExplainedOrder => ({ version: '1', order: order as never, problem: null, notes: [] });
const refused = (code: string): ExplainedOrder => ({
  version: '1',
  order: null,
  problem: { code, message: '' },
  notes: [],
});
const shown = (before: object, after: object) =>
  toDifferences(mapped(before), mapped(after)).map(({ change, path }) => `${change} ${path}`);

test('a field that came, went or changed is named with its path, and what it holds', () => {
  expect(
    toDifferences(mapped({ a: { same: 1, gone: 2, other: 3 } }), mapped({ a: { same: 1, other: 4, came: {} } })),
  ).toEqual([
    { change: 'removed', path: 'a.gone', before: 2 },
    { change: 'changed', path: 'a.other', before: 3, after: 4 },
    { change: 'added', path: 'a.came', after: {} },
  ]);
});

test('items with names are found again wherever they stand in their list', () => {
  const before = { tags: [{ id: 'shop', value: 'a' }], attributes: [{ key: 'x' }, { key: 'y', value: '1' }] };
  const after = {
    tags: [{ id: 'new' }, { id: 'shop', value: 'a' }],
    attributes: [{ key: 'y', value: '2' }],
  };
  expect(shown(before, after)).toEqual(['added tags.new', 'removed attributes.x', 'changed attributes.y.value']);
});

test('items without names, or that share one, go by their place', () => {
  expect(shown({ lines: [{ q: 1 }, { q: 2 }] }, { lines: [{ q: 1 }, { q: 3 }, { q: 4 }] })).toEqual([
    'changed lines.1.q',
    'added lines.2',
  ]);
  expect(shown({ tags: [{ id: 'a' }, { id: 'a' }] }, { tags: [{ id: 'a' }, { id: 'b' }] })).toEqual([
    'changed tags.1.id',
  ]);
  expect(shown({ scannableCodes: ['1', '2'] }, { scannableCodes: ['1'] })).toEqual(['removed scannableCodes.1']);
});

test('a list in the place of an object is a change', () => {
  expect(shown({ a: {} }, { a: [] })).toEqual(['changed a']);
});

test('the version of the mapping is no difference: every order has it', () => {
  const of = (version: string) => ({ customAttributes: { commercetoolsMappingVersion: version, x: 1 } });
  expect(shown(of('1-a'), of('1-b'))).toEqual([]);
});

test('what can no longer be sent, can be sent now, or fails for another reason is one difference', () => {
  const [order, late] = [mapped({ a: 1 }), refused('shipping-method-unknown')];
  expect(toDifferences(order, late)).toEqual([{ change: 'refused', path: 'shipping-method-unknown' }]);
  expect(toDifferences(late, order)).toEqual([{ change: 'accepted', path: 'shipping-method-unknown' }]);
  expect(toDifferences(late, refused('mapping-invalid'))).toEqual([
    { change: 'refused', path: 'mapping-invalid, was shipping-method-unknown' },
  ]);
  expect(toDifferences(late, late)).toEqual([]);
});

test('one mapping alone has what it refuses and what it leaves out', () => {
  expect(toShortcomings(refused('x'))).toEqual([{ change: 'refused', path: 'x' }]);
  const notes = [
    { kind: 'reason', field: 'a', text: '' },
    { kind: 'warning', code: 'sku-missing', field: 'orderLineItems.3.article', text: '' },
  ] as const;
  expect(toShortcomings({ ...mapped({}), notes }).map(kindOf)).toEqual(['left-out orderLineItems.*.article']);
});

test('an order never differs from itself, and always from another', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (first, second) => {
      const [a, b] = [mapped({ v: first }), mapped({ v: second })];
      expect(toDifferences(a, mapped(structuredClone({ v: first })))).toEqual([]);
      const same = JSON.stringify(first) === JSON.stringify(second);
      if (typeof first !== 'object' && typeof second !== 'object') expect(toDifferences(a, b).length > 0).toBe(!same);
    }),
  );
});

test('kinds count orders, not fields, and only the first orders are kept', () => {
  const tally = createTally(1);
  const change = (path: string) => ({ change: 'added' as const, path });
  tally.add({ orderId: '1', orderNumber: null, differences: [change('lines.0.w'), change('lines.1.w')] });
  tally.add({ orderId: '2', orderNumber: null, differences: [] });
  tally.add({ orderId: '3', orderNumber: null, differences: [change('lines.7.w'), change('x')] });
  expect(tally.result()).toMatchObject({
    compared: 3,
    differing: 2,
    kinds: [
      { kind: 'added lines.*.w', orders: 2 },
      { kind: 'added x', orders: 1 },
    ],
    orders: [{ orderId: '1' }],
  });
});

test('kinds without end do not grow the memory', () => {
  const tally = createTally(0);
  for (let at = 0; at < 1_500; at++)
    tally.add({
      orderId: String(at),
      orderNumber: null,
      differences: [{ change: 'added', path: `attributes.k${at}` }],
    });
  const { kinds } = tally.result();
  expect(kinds).toHaveLength(1_001);
  expect(kinds[0]).toEqual({ kind: 'others', orders: 500 });
});
