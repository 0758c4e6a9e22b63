import { expect, test } from 'vitest';
import { orderDraft, startSimulator, type TestSimulator } from '../testing/simulator.ts';

const place = async (simulator: TestSimulator, change: Record<string, unknown> = {}) =>
  (await simulator.control('POST', '/orders', orderDraft(change))).body;
const where = (predicate: string) => `where=${encodeURIComponent(predicate)}`;
const query = async (simulator: TestSimulator, parameters = '') =>
  (await simulator.api('GET', `/messages?${parameters}`)).body;
const types = async (simulator: TestSimulator, parameters = '') =>
  (await query(simulator, parameters)).results.map(({ type }: { type: string }) => type);

test('a message is queried as it was told, without what only notifications have', async () => {
  await using simulator = await startSimulator();
  const order = await place(simulator, { orderNumber: 'N-1' });
  const { results, ...page } = await query(simulator);
  expect(page).toEqual({ limit: 20, offset: 0, count: 1, total: 1 });
  expect(results).toEqual([
    {
      id: expect.any(String),
      version: 1,
      sequenceNumber: 1,
      resource: { typeId: 'order', id: order.id },
      resourceVersion: 1,
      resourceUserProvidedIdentifiers: { orderNumber: 'N-1' },
      createdAt: expect.any(String),
      lastModifiedAt: expect.any(String),
      createdBy: { clientId: 'simulator-shop', isPlatformClient: false },
      lastModifiedBy: { clientId: 'simulator-shop', isPlatformClient: false },
      type: 'OrderCreated',
      order,
    },
  ]);
  expect((await simulator.api('GET', `/messages/${results[0].id}`)).body).toEqual(results[0]);
  expect((await simulator.api('GET', '/messages/none')).status).toBe(404);
});

test('messages are found by resource, type, id and what they carry, in the order asked for', async () => {
  let now = Date.parse('2026-01-01T00:00:00.000Z');
  await using simulator = await startSimulator({ now: () => (now += 1_000) });
  const order = await place(simulator);
  const { body } = await simulator.update(order, { action: 'changeOrderState', orderState: 'Confirmed' });
  await simulator.update(body, { action: 'changeShipmentState', shipmentState: 'Ready' });
  await place(simulator);
  const ofOrder = where(`resource(typeId="order" and id="${order.id}")`);
  expect(await types(simulator, `${ofOrder}&sort=sequenceNumber%20desc`)).toEqual([
    'OrderShipmentStateChanged',
    'OrderStateChanged',
    'OrderCreated',
  ]);
  expect(await types(simulator, `${ofOrder}&${where('type in ("OrderStateChanged")')}`)).toEqual(['OrderStateChanged']);
  expect(await types(simulator, where('orderState = "Confirmed"'))).toEqual(['OrderStateChanged']);
  const all = await query(simulator, 'sort=createdAt%20asc&limit=500');
  const third = all.results[2];
  expect(await types(simulator, where(`id = "${third.id}"`))).toEqual(['OrderShipmentStateChanged']);
  expect((await query(simulator, where(`createdAt > "${third.createdAt}"`))).total).toBe(1);
  expect((await query(simulator, `${where(`createdAt <= "${third.createdAt}"`)}&offset=1&limit=1`)).total).toBe(3);
});

test('a keyset walk over createdAt and id finds every message once, whatever the page size', async () => {
  let now = 0;
  await using simulator = await startSimulator({ now: () => Date.parse('2026-01-01T00:00:00.000Z') + now++ * 0.2 });
  for (let index = 0; index < 25; index += 1) await place(simulator);
  for (const limit of [1, 4, 25, 100]) {
    const seen: string[] = [];
    let [createdAt, id] = ['2026-01-01T00:00:00.000Z', ''];
    for (;;) {
      const after = where(`createdAt > "${createdAt}" or (createdAt = "${createdAt}" and id > "${id}")`);
      const sort = 'sort=createdAt%20asc&sort=id%20asc&withTotal=false';
      const { results } = await query(simulator, `${after}&${sort}&limit=${limit}`);
      if (results.length === 0) break;
      seen.push(...results.map((message: { id: string }) => message.id));
      ({ createdAt, id } = results.at(-1));
    }
    expect([seen.length, new Set(seen).size]).toEqual([25, 25]);
  }
  expect(await query(simulator, 'sort=createdAt%20asc&limit=1&offset=3')).toMatchObject({ count: 1, total: 25 });
});

test('without sort and with the quirk, the order says nothing of time', async () => {
  await using simulator = await startSimulator({ quirks: { unsortedQueries: true } });
  const order = await place(simulator);
  const states = Array.from({ length: 12 }, (_, index) => (index % 2 ? 'Ready' : 'Pending'));
  await simulator.update(order, ...states.map((shipmentState) => ({ action: 'changeShipmentState', shipmentState })));
  const numbers = async (parameters: string) =>
    (await query(simulator, parameters)).results.map(
      ({ sequenceNumber }: { sequenceNumber: number }) => sequenceNumber,
    );
  const sorted = Array.from({ length: 13 }, (_, index) => index + 1);
  expect(await numbers('sort=sequenceNumber')).toEqual(sorted);
  expect(await numbers('')).not.toEqual(sorted);
});

test('a message can be queried late only, and no longer than it is kept', async () => {
  let now = Date.parse('2026-01-01T00:00:00.000Z');
  await using simulator = await startSimulator({
    now: () => now,
    tokenLifetimeSeconds: 1e9,
    quirks: { messageLagMs: 60_000 },
  });
  for (let index = 0; index < 10; index += 1) await place(simulator);
  const early = (await query(simulator)).total;
  expect(early).toBeLessThan(10);
  now += 60_000;
  expect((await query(simulator)).total).toBe(10);
  now += 15 * 86_400_000;
  expect((await query(simulator)).total).toBe(0);
});

test('messages are kept only while that is switched on in the project', async () => {
  await using simulator = await startSimulator({ messagesEnabled: false });
  await place(simulator);
  expect((await query(simulator)).total).toBe(0);
  const project = (await simulator.api('GET', '')).body;
  expect(project.messages).toEqual({ enabled: false, deleteDaysAfterCreation: 15 });
  const change = (version: number, configuration: object) =>
    simulator.api('POST', '', {
      version,
      actions: [{ action: 'changeMessagesConfiguration', messagesConfiguration: configuration }],
    });
  expect((await change(1, { enabled: true, deleteDaysAfterCreation: 91 })).status).toBe(400);
  expect((await change(9, { enabled: true, deleteDaysAfterCreation: 30 })).status).toBe(409);
  const { body } = await change(1, { enabled: true, deleteDaysAfterCreation: 30 });
  expect(body).toMatchObject({ version: 2, messages: { enabled: true, deleteDaysAfterCreation: 30 } });
  await place(simulator);
  expect(await types(simulator)).toEqual(['OrderCreated']);
});

test('a message of another resource is told and found too', async () => {
  await using simulator = await startSimulator();
  const resource = { typeId: 'payment', id: 'p-1' };
  const told = await simulator.control('POST', '/messages', {
    resource,
    type: 'PaymentStatusStateTransition',
    force: false,
  });
  expect(told.status).toBe(202);
  expect((await query(simulator, where('resource(typeId="payment")'))).results).toMatchObject([
    { resource, force: false },
  ]);
});

test('what a sweep by (createdAt, id) asks for is answered, and what the API does not know is refused', async () => {
  let now = Date.parse('2026-01-01T00:00:00.000Z');
  await using simulator = await startSimulator({ now: () => (now += 1_000), tokenLifetimeSeconds: 1e9 });
  const order = await place(simulator, { orderState: 'Confirmed' });
  const { body } = await simulator.update(order, { action: 'changeShipmentState', shipmentState: 'Ready' });
  await simulator.update(body, { action: 'changeOrderState', orderState: 'Cancelled' });
  const wanted = where('type in ("OrderCreated", "OrderStateChanged")');
  const paged = `${wanted}&sort=createdAt%20asc&sort=id%20asc&withTotal=false&limit=1`;
  const from = where('createdAt >= "2026-01-01T00:00:00.000Z" and createdAt < "2026-01-02T00:00:00.000Z"');
  const first = await query(simulator, `${from}&${paged}`);
  expect(first).toMatchObject({ limit: 1, count: 1, results: [{ type: 'OrderCreated' }] });
  expect(first.total).toBeUndefined();
  const [{ createdAt, id }] = first.results;
  const behind = `(createdAt > "${createdAt}" or (createdAt = "${createdAt}" and id > "${id}"))`;
  const next = where(`${behind} and createdAt < "2026-01-02T00:00:00.000Z"`);
  expect(await types(simulator, `${next}&${paged}`)).toEqual(['OrderStateChanged']);
  for (const refused of [
    where('happenedAt > "2026-01-01T00:00:00.000Z"'),
    where('type in ("OrderCreated"'),
    where('createdAt > '),
    'sort=happenedAt',
    'sort=createdAt%20upwards',
    'limit=501',
    'offset=10001',
    'withTotal=no',
  ])
    expect([refused, (await simulator.api('GET', `/messages?${refused}`)).status]).toEqual([refused, 400]);
});
