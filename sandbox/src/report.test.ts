import { expect, test } from 'vitest';
import type { Addresses } from './environment.ts';
import { curlAnOrder, orderByHand } from './orderByHand.ts';
import {
  askAboutOrder,
  describeLost,
  describeMissing,
  describeOrder,
  describeProgress,
  describeResult,
} from './report.ts';
import type { SimulatedOrder } from './simulatorApi.ts';

const anOrder = (id: string, more: Partial<SimulatedOrder> = {}): SimulatedOrder => ({
  id,
  orderNumber: `R-${id}`,
  version: 1,
  orderState: 'Confirmed',
  ...more,
});
const orders = [
  anOrder('1', { shipmentState: 'Shipped', custom: { fft_order_id: 'f1' } }),
  anOrder('2', { shipmentState: 'Delivered', custom: { fft_order_id: 'f2' } }),
  anOrder('3', { shipmentState: 'Ready', custom: { fft_order_id: 'f3' } }),
  anOrder('4'),
];

test('says how far the orders are, out of those to come while they are placed', () => {
  expect(describeProgress(orders, 20)).toBe('4/20 placed, 3 at fulfillmenttools, 1 shipped, 1 delivered');
  expect(describeProgress(orders, 4)).toBe('4 placed, 3 at fulfillmenttools, 1 shipped, 1 delivered');
});

test('names the orders that have not arrived, with what they show', () => {
  const [title, ...rest] = describeMissing(orders, new Set(['1', '3', '4']));

  expect(title).toContain('not arrived');
  expect(rest).toEqual([
    expect.stringMatching(/R-3 .*FFT order f3 .*ShipmentState Ready$/),
    expect.stringMatching(/R-4 .*FFT order – .*ShipmentState –$/),
  ]);
  expect(describeMissing(orders, new Set(['1', '2']))).toEqual([]);
});

test('an order without a number shows its id', () => {
  const { orderNumber: _, ...unnumbered } = anOrder('some-id');

  expect(describeOrder(unnumbered)).toMatch(/^some-id /);
});

test('the result is for people; percentiles and replay only where there are any', () => {
  const result = {
    orders: 2,
    fftOrders: 0,
    duplicates: 0,
    shipped: 0,
    delivered: 0,
    deadLetters: 0,
    p50Ms: null,
    p99Ms: null,
  };

  expect(describeResult(result, 2)).toHaveLength(2);
  expect(describeResult({ ...result, p50Ms: 5, p99Ms: 9, replay: { posts: 1, updates: 2 } }, 2).join('\n')).toMatch(
    /0 of 2 orders arrived[^]*within 5 ms, 99 % within 9 ms[^]*1 changes at fulfillmenttools, 2 changes/,
  );
});

test('the command that asks about an order names the broker, and prefixes only where there are some', () => {
  const addresses = {
    brokers: ['127.0.0.1:1', '127.0.0.1:2'],
    registryUrl: 'http://127.0.0.1:3',
    commercetoolsUrl: '',
    fulfillmenttoolsUrl: '',
    ports: {} as Addresses['ports'],
  };

  expect(askAboutOrder({ addresses, topicPrefix: '' }, 'R-1')).toBe(
    'KAFKA_BROKERS=127.0.0.1:1,127.0.0.1:2 SCHEMA_REGISTRY_URL=http://127.0.0.1:3 npm run ops -- order R-1',
  );
  expect(askAboutOrder({ addresses, topicPrefix: 'sandbox-a.' }, 'R-1')).toContain(
    ' TOPIC_PREFIX=sandbox-a. GROUP_PREFIX=sandbox-a. npm run ops',
  );
});

test.each([
  [{ code: null, signal: 'SIGKILL', stopMs: null }, 'order-router ended by itself (SIGKILL), its log: /logs/a.log'],
  [{ code: 0, signal: null, stopMs: null }, 'order-router ended by itself (exit code 0), its log: /logs/a.log'],
] as const)('a service that is lost is named with how it ended and where it says why: %j', (end, line) => {
  expect(describeLost({ name: 'order-router', logFile: '/logs/a.log', end })).toBe(line);
});

test('the command for one more order survives a shell', () => {
  const [, body] = / -d '([^']*)'$/.exec(curlAnOrder('http://127.0.0.1:1')) ?? [];

  expect(JSON.parse(body ?? '')).toEqual(orderByHand);
  expect(orderByHand).toMatchObject({ shippingInfo: { shippingMethod: { id: expect.any(String) as string } } });
  expect(orderByHand).not.toHaveProperty('orderNumber');
});
