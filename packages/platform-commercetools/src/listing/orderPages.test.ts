import { createCommercetoolsSimulator } from '@pipeline/simulator-commercetools';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { ApiRoot, CommercetoolsClientSettings } from '../client.ts';
import { clientOf, SECRET } from '../testing/client.ts';
import { anOrder } from '../testing/order.ts';
import { ctError, html, inTurn, json, type Reply, startServer } from '../testing/server.ts';
import { findOrders } from './findOrders.ts';
import { keysetWhere, type OrderTime } from './keysetWhere.ts';
import { type OrderPage, orderPages, type OrderPagesRequest } from './orderPages.ts';

const cleanup: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of cleanup.splice(0).reverse()) await step();
});

const signal = new AbortController().signal;
const all = { by: 'createdAt', from: '2000-01-01T00:00:00.000Z', to: '2100-01-01T00:00:00.000Z', signal } as const;

function apiOf(url: string, settings: Partial<CommercetoolsClientSettings> = {}): ApiRoot {
  const client = clientOf(url, settings);
  cleanup.push(client.close);
  return client.api;
}

async function serve(reply: Reply) {
  const server = await startServer(reply);
  cleanup.push(() => server.stop());
  return { api: apiOf(server.url), queries: () => server.requests.filter(({ path }) => path.endsWith('/orders')) };
}

async function read(request: OrderPagesRequest): Promise<OrderPage[]> {
  const pages: OrderPage[] = [];
  for await (const page of orderPages(request)) pages.push(page);
  return pages;
}

const page = (...orders: readonly unknown[]): Reply => json(200, { limit: 500, offset: 0, count: 0, results: orders });
const order = (n: number) => anOrder({ id: `id-${n}`, createdAt: `2026-11-20T10:00:0${n}.000Z` });

/** The simulator, which refuses what the Query API refuses, with orders of few moments. */
async function simulate(times: readonly number[]) {
  const client = { clientId: 'client-1', clientSecret: SECRET, scope: 'view_orders:shop' };
  const simulator = createCommercetoolsSimulator({ projectKey: 'shop', clients: [client] });
  const url = await simulator.listen();
  cleanup.push(() => simulator.close());
  for (const [n, time] of times.entries()) {
    const createdAt = new Date(Date.UTC(2026, 0, 1, 0, 0, time)).toISOString();
    const body = { ...anOrder({ id: idOf(n), createdAt, lastModifiedAt: createdAt }), orderNumber: `N-${n}` };
    const { status } = await fetch(`${url}/_sim/orders`, { method: 'POST', body: JSON.stringify(body) });
    expect(status).toBe(201);
  }
  return apiOf(url, { projectKey: 'shop' });
}

// Ids in another order than the orders were made in.
const idOf = (n: number) => `${((n * 7_919) % 0xffff).toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;

describe('against the simulator', () => {
  test.for(['createdAt', 'lastModifiedAt'] as const)('lists every order by %s once, whatever the page', async (by) => {
    const api = await simulate(Array.from({ length: 23 }, (_, n) => n % 3));
    for (const limit of [1, 4, 23, 500]) {
      const pages = await read({ ...all, api, by, limit });
      expect(pages.every(({ orders }) => orders.length <= limit)).toBe(true);
      const found = pages.flatMap(({ orders }) => orders.map((each) => `${each[by]} ${each.id}`));
      expect(found).toEqual([...found].sort());
      expect(new Set(found).size).toBe(23);
    }
  });

  test('takes the start in, leaves the end out, and goes on behind a position', async () => {
    const api = await simulate([0, 1, 1, 2, 3]);
    const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
    const [first] = await read({ ...all, api, from: at(1), to: at(3), limit: 2 });
    expect(first?.orders.map((each) => each.createdAt)).toEqual([at(1), at(1)]);
    const rest = await read({ ...all, api, from: at(1), to: at(3), after: first?.last });
    expect(rest.map(({ orders, last }) => [orders.length, last.time])).toEqual([[1, at(2)]]);
    expect(await read({ ...all, api, where: ['orderNumber = "N-4"'], to: at(3) })).toEqual([]);
  });

  test('finds single orders by id and by number, each once', async () => {
    const api = await simulate([0, 1, 2]);
    const names = ['N-0', idOf(0), idOf(2), 'N-9', 'N-9"', idOf(9), ...Array.from({ length: 120 }, (_, n) => `X-${n}`)];
    const found = await findOrders({ api, names, signal });
    expect(found.map((each) => each.orderNumber).sort()).toEqual(['N-0', 'N-2']);
  });
});

test('asks by keyset, with the predicates and expansions that were wanted, and never with an offset', async () => {
  const { api, queries } = await serve(inTurn(page(order(1), order(2)), page(order(3))));
  const wanted = { where: ['orderState = "Confirmed"'], expand: ['shippingInfo.shippingMethod'], limit: 2 };
  expect(await read({ ...all, api, ...wanted })).toHaveLength(2);
  const asked = queries().map(({ query }) =>
    Object.fromEntries([...query.keys()].map((key) => [key, query.getAll(key)])),
  );
  const fixed = { sort: ['createdAt asc', 'id asc'], limit: ['2'], withTotal: ['false'], expand: wanted.expand };
  const [after] = [order(2)];
  expect(asked).toEqual([
    { ...fixed, where: [keysetWhere(all), ...wanted.where] },
    { ...fixed, where: [keysetWhere({ ...all, after: { time: after.createdAt, id: after.id } }), ...wanted.where] },
  ]);
});

test('a page that is too slow for commercetools is asked for in smaller ones', async () => {
  const { api, queries } = await serve(inTurn(ctError(400, 'QueryTimedOut'), html(200), page(order(1))));
  expect(await read({ ...all, api })).toHaveLength(1);
  expect(queries().map(({ query }) => query.get('limit'))).toEqual(['500', '100', '20']);
});

test.for([
  ['403', ctError(403, 'insufficient_scope'), 'auth'],
  ['400', ctError(400, 'InvalidInput'), 'permanent'],
  ['503', ctError(503, 'OverCapacity'), 'transient'],
] as const)('an answer of %s is thrown as the other calls do, at once', async ([, reply, errorClass]) => {
  const { api, queries } = await serve(reply);
  await expect(read({ ...all, api })).rejects.toMatchObject({ errorClass });
  expect(queries()).toHaveLength(1);
});

test.for([
  ['no list', json(200, { results: {} })],
  ['orders without a time', page({ id: 'x', version: 1, createdAt: 'then' })],
  ['nothing', json(200, null)],
] as const)('an answer with %s is no end of the listing', async ([, reply]) => {
  const { api } = await serve(reply);
  await expect(read({ ...all, api, limit: 20 })).rejects.toMatchObject({ code: 'answer-broken' });
});

test('a server that gives the same page again and again is found out', async () => {
  const { api, queries } = await serve(page(order(2)));
  await expect(read({ ...all, api, limit: 1 })).rejects.toMatchObject({ code: 'answer-broken' });
  expect(queries()).toHaveLength(2);
});

test('an abort ends the page that is being read, and is no reason for a smaller one', async () => {
  const stop = new AbortController();
  const { api, queries } = await serve(() => stop.abort());
  await expect(read({ ...all, api, signal: stop.signal })).rejects.toMatchObject({ code: 'aborted' });
  expect(queries()).toHaveLength(1);
});

test('no text of a position leaves its quotes', () => {
  const texts = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(texts, texts, fc.constantFrom<OrderTime>('createdAt', 'lastModifiedAt'), (time, id, by) => {
      const where = keysetWhere({ ...all, by, after: { time, id } });
      const outside = where.replaceAll(/"(?:[^"\\]|\\.)*"/g, '?');
      expect(outside).toBe(`(${by} > ? or (${by} = ? and id > ?)) and ${by} < ?`);
    }),
  );
});
