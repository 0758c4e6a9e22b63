import { expect, test } from 'vitest';
import type { CommercetoolsApi, SimulatedOrder } from './simulatorApi.ts';
import { allEnded, followOrders, watchOrders } from './watchOrders.ts';

const anOrder = (id: string, shipmentState?: string): SimulatedOrder => ({
  id,
  version: 1,
  orderState: 'Confirmed',
  ...(shipmentState === undefined ? {} : { shipmentState }),
});

/** A commercetools that shows these, one after the other, then the last for ever. */
const showing = (...looks: SimulatedOrder[][]) => ({
  commercetools: {
    orders: () => Promise.resolve((looks.length > 1 ? looks.shift() : looks[0]) ?? []),
  } as unknown as CommercetoolsApi,
});

test('tells each change once, of orders that come later too', async () => {
  const seen: string[] = [];
  let looks = 0;

  await followOrders(showing([anOrder('a')], [anOrder('a')], [anOrder('a', 'Ready'), anOrder('b')]), {
    onChange: ({ id, shipmentState = '–' }) => seen.push(`${id} ${shipmentState}`),
    until: () => ++looks === 4,
  });

  expect(seen).toEqual(['a –', 'a Ready', 'b –']);
});

test('an abort ends it in the pause', async () => {
  const told = new AbortController();

  await followOrders(showing([anOrder('a')]), {
    onChange: () => undefined,
    until: () => (told.abort(), false),
    signal: told.signal,
  });

  expect(told.signal.aborted).toBe(true);
});

test('resolves with whether all have ended, and tells nothing of other orders', async () => {
  const seen: string[] = [];
  const ids = new Set(['a']);
  const onChange = ({ id }: SimulatedOrder) => seen.push(id);

  expect(
    await watchOrders(showing([anOrder('a'), anOrder('b')], [anOrder('a', 'Shipped')]), {
      ids,
      timeoutMs: 60_000,
      onChange,
    }),
  ).toBe(true);
  expect(await watchOrders(showing([anOrder('a', 'Ready')]), { ids, timeoutMs: 0, onChange })).toBe(false);
  expect(new Set(seen)).toEqual(ids);
});

test('an order that is not there has not ended', () => {
  expect(allEnded([anOrder('a', 'Shipped')], new Set(['a', 'b']))).toBe(false);
  expect(allEnded([anOrder('a', 'Shipped'), anOrder('b', 'Delivered')], new Set(['a', 'b']))).toBe(true);
});
