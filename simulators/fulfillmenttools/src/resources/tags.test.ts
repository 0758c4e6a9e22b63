import { describe, expect, it } from 'vitest';
import { createManualClock } from '../testing/manualClock.ts';
import { anOrder } from '../testing/orders.ts';
import { startSimulator } from '../testing/startSimulator.ts';

const color = { id: 'color', allowedValues: ['red', 'blue'] };
const line = anOrder().orderLineItems[0];

describe('tags', () => {
  it('are created once, read and listed', async () => {
    const clock = createManualClock();
    await using sim = await startSimulator({ tags: [{ id: 'size', allowedValues: ['xl'] }], indexLagMs: 100, clock });
    const { status, headers, body } = await sim.call('POST', '/api/tags', color);
    expect([status, headers.get('location')]).toEqual([201, '/api/tags/color']);
    expect(body).toMatchObject({ ...color, version: 1 });
    expect((await sim.call('GET', '/api/tags/color')).body).toEqual(body);
    expect(await sim.call('GET', '/api/tags/colour')).toMatchObject({ status: 404 });
    expect(await sim.call('POST', '/api/tags', color)).toMatchObject({ status: 400 });
    expect((await sim.call('GET', '/api/tags')).body).toMatchObject({ tags: [{ id: 'size' }], total: 1 });
    clock.advanceBy(100);
    expect((await sim.call('GET', '/api/tags')).body.total).toBe(2);
  });

  it.each<[string, object]>([
    ['no values', { id: 'a', allowedValues: [] }],
    ['an empty id', { id: '', allowedValues: ['b'] }],
    ['an unknown field', { ...color, id: 'a', extra: 1 }],
  ])('are refused with %s', async (_, body) => {
    await using sim = await startSimulator();
    expect(await sim.call('POST', '/api/tags', body)).toMatchObject({ status: 400 });
  });

  it.each<[string, object]>([
    ['an order', anOrder({ tags: [{ id: 'colour', value: 'red' }] })],
    ['an order with another value', anOrder({ tags: [{ id: 'color', value: 'green' }] })],
    ['a line', anOrder({ orderLineItems: [{ ...line, tags: [{ id: 'colour', value: 'red' }] }] })],
  ])('must exist, with the value, when %s carries them', async (_, body) => {
    await using sim = await startSimulator({ tags: [color] });
    const refused = await sim.call('POST', '/api/orders', body);
    expect(refused).toMatchObject({ status: 400, body: [{ description: expect.stringContaining('tag') }] });
    expect((await sim.call('GET', '/_sim/orders')).body).toEqual([]);
    const tagged = anOrder({ tags: [{ id: 'color', value: 'red' }] });
    expect(await sim.call('POST', '/api/orders', tagged)).toMatchObject({ status: 201 });
    await sim.call('POST', '/_sim/reset');
    await sim.call('POST', '/_sim/settings', { tagCheck: false });
    expect(await sim.call('POST', '/api/orders', body)).toMatchObject({ status: 201 });
  });
});
