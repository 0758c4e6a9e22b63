import { expect, test } from 'vitest';
import { createDice } from './dice.ts';
import type { OutageRates } from './outages.ts';
import { connect } from './testing/sdk.ts';
import { orderDraft, requestToken, startSimulator, type TestSimulator } from './testing/simulator.ts';

const place = async (simulator: TestSimulator, change: Record<string, unknown> = {}) =>
  (await simulator.control('POST', '/orders', orderDraft(change))).body;
const ready = { action: 'changeShipmentState', shipmentState: 'Ready' };
const stateOf = async (simulator: TestSimulator) => (await simulator.control('GET', '/orders')).body[0].shipmentState;

/** One update while the outage strikes each request: its status and body, and whether it had its effect. */
async function strike(outages: Partial<OutageRates>, seed = 1) {
  await using simulator = await startSimulator({ seed });
  const order = await place(simulator, { orderNumber: 'N-1' });
  const headers = {
    authorization: `Bearer ${await requestToken(simulator.url)}`,
    'content-type': 'application/json',
  };
  await simulator.control('POST', '/outages', outages);
  const body = JSON.stringify({ version: order.version, actions: [ready] });
  const answer = await fetch(`${simulator.url}/demo-project/orders/${order.id}`, {
    method: 'POST',
    body,
    headers,
  }).then(
    async (response) => ({ status: response.status, text: await response.text() }),
    () => ({ status: 0, text: '' }),
  );
  const struck = (await simulator.control('GET', '/outages/struck')).body;
  return { ...answer, effect: (await stateOf(simulator)) === 'Ready', struck };
}

test('503 has no effect and the vendor’s shape', async () => {
  const { status, text, effect, struck } = await strike({ overCapacity: 1 });
  expect([status, effect, struck]).toEqual([503, false, { overCapacity: 1 }]);
  expect(JSON.parse(text)).toMatchObject({ statusCode: 503, errors: [{ code: 'OverCapacity' }] });
});

test('500 comes after the effect', async () => {
  const { status, text, effect } = await strike({ generalError: 1 });
  expect([status, effect]).toEqual([500, true]);
  expect(JSON.parse(text).errors[0].code).toBe('General');
});

test('502 is a page, with or without the effect, and so is a reset without an answer', async () => {
  for (const [outage, status] of [
    ['badGateway', 502],
    ['resets', 0],
  ] as const) {
    const outcomes = await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => strike({ [outage]: 1 }, seed)));
    expect(new Set(outcomes.map((outcome) => outcome.status))).toEqual(new Set([status]));
    expect(new Set(outcomes.map(({ effect }) => effect))).toEqual(new Set([true, false]));
    if (status === 502) expect(outcomes[0]?.text).toMatch(/^<html>/);
  }
});

test('504 is a page after the effect', async () => {
  const { status, text, effect } = await strike({ gatewayTimeout: 1 });
  expect([status, effect, text.startsWith('<html>')]).toEqual([504, true, true]);
});

test.for([
  ['extensionBadResponse', 400, 'ExtensionBadResponse'],
  ['extensionNoResponse', 504, 'ExtensionNoResponse'],
] as const)('%s refuses the update with %i', async ([outage, expected, code]) => {
  const { status, text, effect } = await strike({ [outage]: 1 });
  expect([status, effect]).toEqual([expected, false]);
  expect(JSON.parse(text).errors[0]).toMatchObject({ code, extensionId: expect.any(String) });
});

test('extensions do not concern reads, and their statuses are switches', async () => {
  await using simulator = await startSimulator({
    outages: { extensionBadResponse: 1 },
    quirks: { extensionBadResponseStatus: 502 },
  });
  const order = await place(simulator);
  expect((await simulator.api('GET', `/orders/${order.id}`)).status).toBe(200);
  expect((await simulator.update(order, ready)).status).toBe(502);
});

test('a fault that was asked for goes before outages, and the control API has none', async () => {
  await using simulator = await startSimulator({ outages: { overCapacity: 1 } });
  await simulator.control('POST', '/faults', { status: 418 });
  expect((await fetch(`${simulator.url}/demo-project`)).status).toBe(418);
  await simulator.control('DELETE', '/faults');
  expect((await fetch(`${simulator.url}/demo-project`)).status).toBe(503);
  expect((await simulator.control('GET', '/outages')).body.overCapacity).toBe(1);
});

test('the vendor SDK sees an extension failure with its code', async () => {
  await using simulator = await startSimulator();
  const order = await place(simulator);
  await simulator.control('POST', '/outages', { extensionBadResponse: 1 });
  const body = { version: 1, actions: [] };
  const update = connect(simulator.url).orders().withId({ ID: order.id }).post({ body }).execute();
  await expect(update).rejects.toMatchObject({ statusCode: 400, body: { errors: [{ code: 'ExtensionBadResponse' }] } });
});

test('the dice are even, and differ by seed, purpose and key', () => {
  const dice = createDice(7);
  const rolls = Array.from({ length: 20_000 }, (_, index) => dice('purpose', `N-${index}`));
  const tenths = Array.from(
    { length: 10 },
    (_, tenth) => rolls.filter((roll) => Math.floor(roll * 10) === tenth).length,
  );
  for (const count of tenths) expect(Math.abs(count - 2_000)).toBeLessThan(250);
  expect(dice('a', 'b')).toBe(createDice(7)('a', 'b'));
  expect(new Set([dice('a', 'b'), dice('ab', ''), dice('b', 'a'), createDice(8)('a', 'b')]).size).toBe(4);
});
