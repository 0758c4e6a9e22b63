import { expect, test } from 'vitest';
import type { Expectation, SimulatedFftOrder, SimulatedOrder } from '../simulatorApi.ts';
import { compareOrder } from './compare.ts';

const expected: Expectation = {
  shipmentState: 'Shipped',
  fields: { fft_order_id: 'f1', fft_load_units_amount: 2 },
  mayBe: { fft_handoverjob_id: ['h1', 'h2'] },
};
const anOrder = (more: Partial<SimulatedOrder> = {}): SimulatedOrder => ({
  id: 'id-1',
  orderNumber: 'R-1',
  version: 1,
  orderState: 'Confirmed',
  shipmentState: 'Shipped',
  custom: { fft_order_id: 'f1', fft_load_units_amount: 2 },
  ...more,
});
const atProvider = (more: Partial<SimulatedFftOrder> = {}): SimulatedFftOrder => ({
  id: 'f1',
  tenantOrderId: 'R-1',
  commercetoolsOrderId: 'id-1',
  status: 'OPEN',
  createdAtMs: 0,
  life: 'plain',
  expected,
  ...more,
});

test.each([undefined, 'h1', 'h2'])('an order is as expected with a field that may be so, or not be: %s', (handover) => {
  const custom = { ...anOrder().custom, ...(handover === undefined ? {} : { fft_handoverjob_id: handover }) };
  expect(compareOrder(anOrder({ custom }), atProvider())).toBeUndefined();
});

test('a state that must stay as it was is none', () => {
  const stays = atProvider({ expected: { ...expected, shipmentState: null } });
  const { shipmentState: _, ...untouched } = anOrder();
  expect(compareOrder(untouched, stays)).toBeUndefined();
  expect(compareOrder(anOrder(), stays)).toMatchObject({
    expected: { shipmentState: null },
    got: { shipmentState: 'Shipped' },
  });
});

test.each<[string, Partial<SimulatedOrder>, object, object]>([
  ['state', { shipmentState: 'Partial' }, { shipmentState: 'Shipped' }, { shipmentState: 'Partial' }],
  [
    'value',
    { custom: { fft_order_id: 'f2', fft_load_units_amount: 2 } },
    { fft_order_id: 'f1' },
    { fft_order_id: 'f2' },
  ],
  [
    'type',
    { custom: { fft_order_id: 'f1', fft_load_units_amount: '2' } },
    { fft_load_units_amount: 2 },
    { fft_load_units_amount: '2' },
  ],
  [
    'field that lacks',
    { custom: { fft_order_id: 'f1' } },
    { fft_load_units_amount: 2 },
    { fft_load_units_amount: null },
  ],
  [
    'field too many',
    { custom: { ...anOrder().custom, fft_pickjob_id: 'p1' } },
    { fft_pickjob_id: null },
    { fft_pickjob_id: 'p1' },
  ],
  [
    'value that is not among the allowed',
    { custom: { ...anOrder().custom, fft_handoverjob_id: 'h3' } },
    { fft_handoverjob_id: ['h1', 'h2'] },
    { fft_handoverjob_id: 'h3' },
  ],
])('names only what differs: a %s', (_, change, wanted, got) => {
  expect(compareOrder(anOrder(change), atProvider())).toEqual({
    order: 'R-1',
    life: 'plain',
    expected: wanted,
    got,
  });
});

test('an order differs while its life has not ended, and when it is not at fulfillmenttools', () => {
  const got = { shipmentState: 'Shipped', fft_order_id: 'f1', fft_load_units_amount: 2 };
  expect(compareOrder(anOrder(), atProvider({ expected: null }))).toEqual({
    order: 'R-1',
    life: 'plain',
    expected: null,
    got,
  });
  expect(compareOrder(anOrder(), undefined)).toEqual({ order: 'R-1', life: null, expected: null, got });
});
