import { describe, expect, it } from 'vitest';
import { createManualClock } from '../testing/manualClock.ts';
import { anOrder } from '../testing/orders.ts';
import { startSimulator } from '../testing/startSimulator.ts';

describe('POST /api/orders/search', () => {
  it('finds full orders by tenantOrderId, customAttributes, status and date, all of them at once', async () => {
    await using sim = await startSimulator();
    const make = async (nth: number, changes: object = {}) => {
      const customAttributes = { commercetoolsOrderId: `ct-${nth}`, nth, even: nth % 2 === 0 };
      const order = anOrder({ tenantOrderId: `order-${nth}`, customAttributes, ...changes });
      return (await sim.call('POST', '/api/orders', order)).body;
    };
    const first = await make(1);
    const second = await make(2, { status: 'LOCKED', orderDate: '2026-02-01T00:00:00+01:00' });
    const found = async (query: object) =>
      (await sim.call('POST', '/api/orders/search', { query })).body.orders.map(({ id }: { id: string }) => id);

    expect(
      (await sim.call('POST', '/api/orders/search', { query: { tenantOrderId: { eq: 'order-1' } } })).body,
    ).toEqual({
      orders: [first],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: first.id, endCursor: first.id },
    });
    expect(await found({ tenantOrderId: { in: ['order-2', 'order-2', 'order-9'] } })).toEqual([second.id]);
    expect(await found({ tenantOrderId: { notEq: 'order-1' } })).toEqual([second.id]);
    expect(await found({ customAttributes: { commercetoolsOrderId: { eq: 'ct-2' } } })).toEqual([second.id]);
    expect(await found({ customAttributes: { nth: { eq: 1 } } })).toEqual([first.id]);
    expect(await found({ customAttributes: { nth: { eq: '1' } } })).toEqual([]);
    expect(await found({ customAttributes: { even: { eq: true } } })).toEqual([second.id]);
    expect(await found({ customAttributes: { nth: { eq: 1 }, even: { eq: true } } })).toEqual([]);
    expect(await found({ status: { eq: 'LOCKED' } })).toEqual([second.id]);
    expect(await found({ orderDate: { gte: '2026-01-31T23:00:00Z' } })).toEqual([second.id]);
    expect(await found({ orderDate: { eq: '2026-01-31T23:00:00.000Z' } })).toEqual([second.id]);
    expect(await found({})).toEqual([first.id, second.id]);
    expect(await found({ tenantOrderId: { eq: 'order-1' }, status: { eq: 'LOCKED' } })).toEqual([]);
  });

  it('lags behind like the list', async () => {
    const clock = createManualClock();
    await using sim = await startSimulator({ indexLagMs: 100, clock });
    await sim.call('POST', '/api/orders', anOrder());
    const body = {
      query: { customAttributes: { commercetoolsOrderId: { eq: 'ct-1' } } },
      options: { withTotal: true },
    };
    expect((await sim.call('POST', '/api/orders/search', body)).body).toMatchObject({ orders: [], total: 0 });
    clock.advanceBy(100);
    expect((await sim.call('POST', '/api/orders/search', body)).body).toMatchObject({ total: 1 });
  });

  it('pages with a cursor', async () => {
    await using sim = await startSimulator({ uniqueness: false });
    for (let nth = 0; nth < 5; nth += 1) await sim.call('POST', '/api/orders', anOrder());
    const query = { tenantOrderId: { eq: 'order-1' } };
    const first = (await sim.call('POST', '/api/orders/search', { query, size: 3 })).body;
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const after = first.pageInfo.endCursor;
    const second = (await sim.call('POST', '/api/orders/search', { query, size: 3, after })).body;
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    expect(new Set([...first.orders, ...second.orders].map(({ id }) => id)).size).toBe(5);
  });

  it.each<[string, object]>([
    ['no query', {}],
    ['a filter that it does not know', { query: { orderNumber: { eq: 'x' } } }],
    ['an operator that it does not know', { query: { tenantOrderId: { like: 'x' } } }],
    ['a value of more than 256 characters', { query: { tenantOrderId: { eq: 'x'.repeat(257) } } }],
    ['more than 25 values', { query: { tenantOrderId: { in: Array(26).fill('x') } } }],
    ['a page of more than 250', { query: {}, size: 251 }],
    ['a cursor from nowhere', { query: {}, after: 'x' }],
  ])('refuses %s', async (_, body) => {
    await using sim = await startSimulator();
    expect(await sim.call('POST', '/api/orders/search', body)).toMatchObject({ status: 400 });
  });
});
