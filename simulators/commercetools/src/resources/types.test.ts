import { expect, test } from 'vitest';
import { orderDraft, startSimulator } from '../testing/simulator.ts';

const field = (name: string, type: string) => ({ name, label: { en: name }, required: false, type: { name: type } });
const draft = (key: string, ...fieldDefinitions: unknown[]) => ({
  key,
  name: { en: key },
  resourceTypeIds: ['order'],
  fieldDefinitions,
});

test('the seeded Type has the fields of the preset', async () => {
  await using simulator = await startSimulator();
  const { body } = await simulator.api('GET', '/types/key=fft-order');
  expect(body.fieldDefinitions.map(({ name, type }: ReturnType<typeof field>) => [name, type.name])).toEqual([
    ['fft_order_id', 'String'],
    ['fft_pickjob_id', 'String'],
    ['fft_short_id', 'String'],
    ['fft_facility_id', 'String'],
    ['fft_load_units_amount', 'Number'],
    ['fft_handoverjob_id', 'String'],
  ]);
  expect((await simulator.api('GET', `/types/${body.id}`)).body).toEqual(body);
  const parcels = (await simulator.api('GET', '/types/key=fft-parcel')).body;
  expect(parcels).toMatchObject({
    resourceTypeIds: ['order-parcel'],
    fieldDefinitions: [{ name: 'fft_tracking_url' }],
  });
  const listed = (await simulator.api('GET', '/types')).body;
  expect(listed).toMatchObject({ count: 2, total: 2, results: expect.arrayContaining([body, parcels]) });
});

test('a created Type is found by key, validates orders at once, and its key is taken', async () => {
  await using simulator = await startSimulator();
  const created = await simulator.api('POST', '/types', draft('shop-order', field('gift', 'Boolean')));
  expect([created.status, created.body.version]).toEqual([201, 1]);
  expect((await simulator.api('GET', '/types/key=shop-order')).body).toEqual(created.body);
  const order = (await simulator.control('POST', '/orders', orderDraft())).body;
  const setType = (gift: unknown) => ({
    action: 'setCustomType',
    type: { typeId: 'type', key: 'shop-order' },
    fields: { gift },
  });
  expect((await simulator.update(order, setType('yes'))).status).toBe(400);
  expect((await simulator.update(order, setType(true))).body.custom.fields).toEqual({ gift: true });
  const again = await simulator.api('POST', '/types', draft('shop-order'));
  expect(again.body.errors[0]).toMatchObject({ code: 'DuplicateField', field: 'key' });
});

test('addFieldDefinition extends a Type, guarded by its version', async () => {
  await using simulator = await startSimulator();
  const { body: type } = await simulator.api('POST', '/types', draft('shop-order', field('gift', 'Boolean')));
  const add = (version: number, fieldDefinition: unknown) =>
    simulator.api('POST', '/types/key=shop-order', {
      version,
      actions: [{ action: 'addFieldDefinition', fieldDefinition }],
    });
  expect((await add(7, field('fft_order_id', 'String'))).body.errors[0].code).toBe('ConcurrentModification');
  const extended = await add(1, field('fft_order_id', 'String'));
  expect(extended.body).toMatchObject({ id: type.id, version: 2 });
  expect(extended.body.fieldDefinitions).toHaveLength(2);
  expect((await add(2, field('gift', 'Boolean'))).body.errors[0].code).toBe('DuplicateField');
});

test.for([
  ['a field of another type in another Type', draft('x-order', field('fft_order_id', 'Number'))],
  ['a field twice', draft('x-order', field('gift', 'String'), field('gift', 'String'))],
  ['an unknown field type', draft('x-order', field('gift', 'Text'))],
  ['a field name with spaces', draft('x-order', field('my gift', 'String'))],
  ['no resource types', { ...draft('x-order'), resourceTypeIds: [] }],
  ['no key', draft(undefined as never)],
  ['a key of one letter', draft('x')],
])('a Type with %s is refused', async ([, body]) => {
  await using simulator = await startSimulator();
  expect((await simulator.api('POST', '/types', body)).status).toBe(400);
  expect((await simulator.api('GET', '/types')).body.total).toBe(2);
});

test.for(['standard', 'express', 'click-and-collect'])('the shipping method %s is found by key and id', async (key) => {
  await using simulator = await startSimulator();
  const { body } = await simulator.api('GET', `/shipping-methods/key=${key}`);
  expect((await simulator.api('GET', `/shipping-methods/${body.id}`)).body).toEqual({ ...body, key });
});

test('channels are found by id, and what does not exist is 404', async () => {
  await using simulator = await startSimulator();
  const { body } = await simulator.api('GET', '/channels');
  const keys = body.results.map(({ key }: { key: string }) => key);
  expect(keys).toEqual(expect.arrayContaining(['store-berlin', 'store-cologne', 'store-hamburg']));
  for (const { id, key } of body.results) expect((await simulator.api('GET', `/channels/${id}`)).body.key).toBe(key);
  for (const path of ['/channels/none', '/types/key=none', '/shipping-methods/none', '/shipping-methods/key=none'])
    expect((await simulator.api('GET', path)).body.errors[0].code).toBe('ResourceNotFound');
});
