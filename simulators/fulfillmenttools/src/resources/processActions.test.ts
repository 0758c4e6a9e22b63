import { describe, expect, it } from 'vitest';
import { createManualClock } from '../testing/manualClock.ts';
import { anOrder } from '../testing/orders.ts';
import { startSimulator } from '../testing/startSimulator.ts';

async function setUp(options: Parameters<typeof startSimulator>[0] = {}) {
  const clock = createManualClock();
  const sim = await startSimulator({ clock, tags: [{ id: 'kind', allowedValues: ['gift'] }], ...options });
  const { body: order } = await sim.call('POST', '/api/orders', anOrder());
  const path = `/api/processes/${order.processId}`;
  const process = async () => (await sim.call('GET', path)).body;
  const day = (days: number) => new Date(clock.now() + days * 86_400_000).toISOString().slice(0, 10);
  return {
    ...{ sim, clock, order, path, process, day },
    act: async (action: object) =>
      sim.call('POST', `${path}/actions`, { version: (await process()).version, ...action }),
    [Symbol.asyncDispose]: () => sim[Symbol.asyncDispose](),
  };
}

describe('the clean-up date of a process', () => {
  it('is set by the day; the same day again changes nothing', async () => {
    await using at = await setUp();
    const before = await at.process();
    const action = { name: 'UPDATE_GDPR_CLEANUP_DATE', gdprCleanupDate: at.day(30) };
    const { status, body } = await at.act(action);
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: before.id, gdprCleanupDate: `${at.day(30)}T00:00:00.000Z` });
    expect(body.version).toBeGreaterThan(before.version);
    expect((await at.act(action)).body).toEqual(body);
    at.clock.advanceBy(60_000);
    expect((await at.sim.call('GET', `/api/orders/${at.order.id}`)).body.anonymized).toBeUndefined();
  });

  it('that has come makes everything anonymous soon, whatever is still done for the order', async () => {
    await using at = await setUp();
    for (let step = 0; step < 3; step += 1) await at.sim.call('POST', `/_sim/orders/${at.order.id}/advance`);
    await at.act({ name: 'UPDATE_GDPR_CLEANUP_DATE', gdprCleanupDate: at.day(0) });
    const order = async () => (await at.sim.call('GET', `/api/orders/${at.order.id}`)).body;
    expect((await order()).anonymized).toBeUndefined();
    at.clock.advanceBy(1_000);
    expect(await order()).toMatchObject({ anonymized: true, consumer: {} });
    expect(await at.process()).toMatchObject({ isAnonymized: true });
  });
});

it('the deletion date that has come deletes the order and its process soon', async () => {
  await using at = await setUp();
  expect(await at.act({ name: 'UPDATE_PROCESS_DELETION_DATE', deletionDate: at.day(0) })).toMatchObject({
    status: 200,
  });
  at.clock.advanceBy(1_000);
  expect(await at.sim.call('GET', at.path)).toMatchObject({ status: 404 });
  expect(await at.sim.call('GET', `/api/orders/${at.order.id}`)).toMatchObject({ status: 404 });
});

it('takes tags that exist', async () => {
  await using at = await setUp();
  const tags = [{ id: 'kind', value: 'gift' }];
  expect((await at.act({ name: 'ADD_TAGS_TO_PROCESS', tags })).body).toMatchObject({ tags });
  expect(await at.act({ name: 'ADD_TAGS_TO_PROCESS', tags: [{ id: 'none', value: 'x' }] })).toMatchObject({
    status: 400,
  });
});

describe('is refused', () => {
  it('with 409 for an old version, before anything happens', async () => {
    await using at = await setUp();
    const { version } = await at.process();
    const old = { name: 'UPDATE_GDPR_CLEANUP_DATE', gdprCleanupDate: at.day(0), version: version + 1 };
    expect(await at.sim.call('POST', `${at.path}/actions`, old)).toMatchObject({
      status: 409,
      body: [{ version, requestVersion: version + 1 }],
    });
    expect((await at.process()).version).toBe(version);
  });

  it('with 409 also when background work overtakes it', async () => {
    await using at = await setUp({ conflicts: 1 });
    const { version } = await at.process();
    expect((await at.act({ name: 'UPDATE_GDPR_CLEANUP_DATE', gdprCleanupDate: at.day(0) })).status).toBe(409);
    expect((await at.process()).version).toBeGreaterThan(version);
  });

  it.each([
    {},
    { name: 'ERASE' },
    { name: 'UPDATE_GDPR_CLEANUP_DATE' },
    { name: 'UPDATE_GDPR_CLEANUP_DATE', gdprCleanupDate: '2026-11-21T00:00:00.000Z' },
    { name: 'UPDATE_GDPR_CLEANUP_DATE', gdprCleanupDate: '2026-11-21', comment: 'now' },
    { name: 'UPDATE_GDPR_CLEANUP_DATE', gdprCleanupDate: '2026-11-21', version: 'one' },
    { name: 'UPDATE_PROCESS_DELETION_DATE', gdprCleanupDate: '2026-11-21' },
    { name: 'ADD_TAGS_TO_PROCESS', tags: [] },
    { name: 'ASSIGN_FACILITY_TO_PROCESS', facilityRef: 'any' },
  ])('with 400 for what is no action: %o', async (action) => {
    await using at = await setUp();
    expect(await at.act(action)).toMatchObject({ status: 400 });
  });

  it('with 404 for a process that is not there', async () => {
    await using at = await setUp();
    const action = { name: 'UPDATE_GDPR_CLEANUP_DATE', gdprCleanupDate: at.day(0), version: 1 };
    expect(await at.sim.call('POST', '/api/processes/none/actions', action)).toMatchObject({ status: 404 });
  });
});
