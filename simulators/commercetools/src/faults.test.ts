import { expect, test } from 'vitest';
import type { Fault } from '@pipeline/simulator-control';
import { orderDraft, requestToken, startSimulator, type TestSimulator } from './testing/simulator.ts';

const place = async (simulator: TestSimulator) => (await simulator.control('POST', '/orders', orderDraft())).body;
const inject = async (simulator: TestSimulator, fault: Partial<Fault> & { path?: string }) =>
  (await simulator.control('POST', '/faults', fault)).body.id;
const ready = { action: 'changeShipmentState', shipmentState: 'Ready' };
const stateOf = async (simulator: TestSimulator) => (await simulator.control('GET', '/orders')).body[0].shipmentState;

/** The last request of the history that is no token request. */
const lastRequest = async (simulator: TestSimulator) =>
  (await simulator.control('GET', '/requests?path=*/orders/*')).body.at(-1);

test('a status before the effect leaves the order as it was, as often as it is asked to', async () => {
  await using simulator = await startSimulator();
  const order = await place(simulator);
  const headers = { 'retry-after': '7' };
  expect(
    await inject(simulator, { method: 'POST', path: '*/orders/*', status: 503, headers, when: 'before', count: 2 }),
  ).toMatch(/.+/);
  expect((await simulator.api('GET', `/orders/${order.id}`)).status).toBe(200);
  for (let index = 0; index < 2; index += 1) {
    const answer = await simulator.update(order, ready);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '7']);
    expect(answer.body).toMatchObject({ statusCode: 503, errors: [{ code: 'InjectedFault' }] });
  }
  expect(await stateOf(simulator)).toBeUndefined();
  expect((await simulator.update(order, ready)).status).toBe(200);
});

test('a status after the effect hides that the order was changed', async () => {
  await using simulator = await startSimulator();
  const order = await place(simulator);
  await inject(simulator, { path: '*/orders/*', status: 500, when: 'after', count: 1 });
  expect((await simulator.update(order, ready)).status).toBe(500);
  expect(await stateOf(simulator)).toBe('Ready');
  expect(await lastRequest(simulator)).toMatchObject({ status: 500, effect: true });
  expect((await simulator.update(order, ready)).status).toBe(409);
});

test.for([
  ['before', undefined, false],
  ['after', 'Ready', true],
] as const)('a reset %s the effect gives no answer', async ([when, state, effect]) => {
  await using simulator = await startSimulator();
  const order = await place(simulator);
  await simulator.api('GET', `/orders/${order.id}`);
  await inject(simulator, { method: 'POST', action: 'reset', when, count: 1 });
  await expect(simulator.update(order, ready)).rejects.toThrow('fetch failed');
  expect(await stateOf(simulator)).toBe(state);
  expect(await lastRequest(simulator)).toMatchObject({ method: 'POST', status: 0, effect });
});

test('a cut body ends in the middle of what was announced', async () => {
  await using simulator = await startSimulator();
  const order = await place(simulator);
  await simulator.api('GET', `/orders/${order.id}`);
  await inject(simulator, { method: 'POST', action: 'cutBody', when: 'after', count: 1 });
  await expect(simulator.update(order, ready)).rejects.toThrow('terminated');
  expect(await stateOf(simulator)).toBe('Ready');
  await inject(simulator, { method: 'GET', action: 'cutBody', when: 'before', count: 1 });
  await expect(simulator.api('GET', `/orders/${order.id}`)).rejects.toThrow('terminated');
  expect((await simulator.api('GET', `/orders/${order.id}`)).status).toBe(200);
});

test('a body of text comes as HTML', async () => {
  await using simulator = await startSimulator();
  await inject(simulator, { path: '/oauth/token', status: 502, body: '<h1>Bad Gateway</h1>', when: 'before' });
  const response = await fetch(`${simulator.url}/oauth/token`, { method: 'POST' });
  expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
    502,
    'text/html; charset=utf-8',
    '<h1>Bad Gateway</h1>',
  ]);
});

test('a delay alone changes nothing but the time', async () => {
  await using simulator = await startSimulator();
  const order = await place(simulator);
  await inject(simulator, { method: 'POST', path: '*/orders/*', delayMs: 40, when: 'before', count: 1 });
  await inject(simulator, { method: 'POST', path: '*/orders/*', delayMs: 40, when: 'after', count: 1 });
  expect((await simulator.update(order, ready)).body).toMatchObject({ version: 2, shipmentState: 'Ready' });
  expect((await lastRequest(simulator)).durationMs).toBeGreaterThan(35);
});

test('a path pattern is no regular expression and covers the whole path', async () => {
  await using simulator = await startSimulator();
  await simulator.api('GET', '/types');
  await inject(simulator, { path: '/demo-project/type', status: 503, when: 'before' });
  await inject(simulator, { path: '/demo-project/typ.s', status: 503, when: 'before' });
  expect((await simulator.api('GET', '/types')).status).toBe(200);
  await inject(simulator, { path: '/*/types', status: 503, when: 'before' });
  expect((await simulator.api('GET', '/types?limit=1')).status).toBe(503);
});

test('probability strikes some requests, and no fault is left after they are removed', async () => {
  await using simulator = await startSimulator();
  await simulator.api('GET', '/types');
  await inject(simulator, { status: 503, when: 'before', probability: 0.5 });
  const answers = await Promise.all(Array.from({ length: 60 }, () => simulator.api('GET', '/types')));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]));
  expect((await simulator.control('DELETE', '/faults')).status).toBe(204);
  const calm = await Promise.all(Array.from({ length: 20 }, () => simulator.api('GET', '/types')));
  expect(calm.every(({ status }) => status === 200)).toBe(true);
});

test('faults never strike the control API', async () => {
  await using simulator = await startSimulator();
  await inject(simulator, { status: 503, when: 'before' });
  expect((await simulator.control('GET', '/orders')).status).toBe(200);
  expect(await requestToken(simulator.url)).toBeUndefined();
});
