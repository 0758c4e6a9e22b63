import { aFulfillmentEvent, aProviderOrder } from '@pipeline/fulfillment/testkit';
import { expect, test } from 'vitest';
import { created, handedOver, placed, ready } from '../testing/inputs.ts';
import type { StatusInput } from './writeStatus.ts';
import { startWriter } from '../testing/writer.ts';

const caughtUp = { headers: { origin: 'catch-up' } };

function start() {
  const { tester, observed } = startWriter();
  const deliver = (input: StatusInput, options = {}) => tester.deliver(tester.message(input, options));
  const repairs = () => observed.filter((outcome) => outcome === 'repaired').length;
  return { deliver, repairs };
}

test('what only a catch-up brought is counted, once; what was heard of before is not', async () => {
  const { deliver, repairs } = start();
  await deliver(placed);
  await deliver(created);
  await deliver(ready);
  await deliver(ready, caughtUp);
  expect(repairs()).toBe(0);
  await deliver(handedOver(), caughtUp);
  expect(repairs()).toBe(1);
  await deliver(handedOver(), caughtUp);
  await deliver(handedOver());
  expect(repairs()).toBe(1);
});

test('a version that the provider raised without a word is no repair', async () => {
  const { deliver, repairs } = start();
  await deliver(placed);
  await deliver(aFulfillmentEvent({ order: aProviderOrder() }));
  await deliver(aFulfillmentEvent({ order: aProviderOrder({ version: 7 }) }), caughtUp);
  expect(repairs()).toBe(0);
  await deliver(aFulfillmentEvent({ order: aProviderOrder({ version: 8, status: 'CANCELLED' }) }), caughtUp);
  expect(repairs()).toBe(1);
});

test('the very first event of an order may be the one that a catch-up brings', async () => {
  const { deliver, repairs } = start();
  await deliver(created, caughtUp);
  expect(repairs()).toBe(1);
});
