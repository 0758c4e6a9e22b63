import { describe, expect, it } from 'vitest';
import { anOrder } from '../testing/orders.ts';
import { startSimulator } from '../testing/startSimulator.ts';

const bulk = (orders: object[]) => ({ name: 'BULK_FORCE_CANCEL', orders });

describe('POST /api/orders/actions', () => {
  it('cancels each order for itself and answers 200 with what became of them', async () => {
    await using sim = await startSimulator();
    const place = async (tenantOrderId: string) =>
      (await sim.call('POST', '/api/orders', anOrder({ tenantOrderId }))).body;
    const [first, second] = [await place('a'), await place('b')];
    const { status, body } = await sim.call(
      'POST',
      '/api/orders/actions',
      bulk([
        { orderId: first.id, version: first.version, cancelationReasonId: 'x' },
        { orderId: second.id, version: 99 },
        { orderId: 'none', version: 1 },
      ]),
    );
    expect(status).toBe(200);
    expect(body).toEqual([
      { orderId: first.id, status: 'UPDATED' },
      { orderId: second.id, status: 'FAILED', summary: expect.stringContaining('version') },
      { orderId: 'none', status: 'FAILED', summary: expect.any(String) },
    ]);
    const statusOf = async (id: string) => (await sim.call('GET', `/api/orders/${id}`)).body.status;
    expect([await statusOf(first.id), await statusOf(second.id)]).toEqual(['CANCELLED', 'OPEN']);
  });

  it.each<[string, object]>([
    ['no order', bulk([])],
    ['16 orders', bulk(Array(16).fill({ orderId: 'a', version: 1 }))],
    ['an order without version', bulk([{ orderId: 'a' }])],
    ['another action', { ...bulk([{ orderId: 'a', version: 1 }]), name: 'BULK_CANCEL' }],
    ['an unknown field', { ...bulk([{ orderId: 'a', version: 1 }]), reason: 'x' }],
  ])('refuses %s', async (_, body) => {
    await using sim = await startSimulator();
    expect(await sim.call('POST', '/api/orders/actions', body)).toMatchObject({ status: 400 });
  });
});
