import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { topics } from '@pipeline/schemas';
import { expect, onTestFinished, test } from 'vitest';
import type { RegistryAccess } from '@pipeline/streams/avro';
import { createRegistry, RegistryError, subjectOf, subjectsOf } from './registry.ts';

type Answer = readonly [status: number, body: unknown];

/** A registry that answers each `METHOD path` with the next of its answers, the last again and again. */
async function registryWith(
  answers: Readonly<Record<string, readonly Answer[]>>,
  registryAuth?: RegistryAccess['registryAuth'],
) {
  const asked: string[] = [];
  const authorizations = new Set<string | undefined>();
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const what = `${request.method} ${request.url}`;
    asked.push(what);
    authorizations.add(request.headers.authorization);
    const list = answers[what] ?? [[404, { error_code: 40401, message: 'not found' }]];
    const [status, body] = list[Math.min(asked.filter((other) => other === what).length, list.length) - 1] as Answer;
    request
      .resume()
      .on('end', () => response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body)));
  };
  const server = createServer(answer).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const registryUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;
  return { registry: createRegistry({ registryUrl, registryAuth }), asked, authorizations };
}

const schema = { type: 'record', name: 'A', fields: [] };
const VERSIONS = 'subjects/s/versions';
const CHECK = `POST /api/compatibility/${VERSIONS}?verbose=true`;

test('subjects are the prefixed topic and -value; topics of raw bytes have none', () => {
  expect(subjectOf('shop.', topics.commerceOrders)).toBe('shop.commerce.orders.v1-value');
  expect(
    subjectsOf('', [topics.commercetoolsNotifications, topics.fulfillmentLinks]).map(({ subject }) => subject),
  ).toEqual(['fulfillment.links.v1-value']);
});

test('sets the compatibility before it registers', async () => {
  const { registry, asked } = await registryWith({
    'PUT /api/config/s': [[200, {}]],
    [`POST /api/${VERSIONS}`]: [[200, { id: 7 }]],
  });

  expect(await registry.register('s', schema)).toBe(7);
  expect(asked).toEqual(['PUT /api/config/s', `POST /api/${VERSIONS}`]);
});

test('repeats what collided with another who registers the same', async () => {
  const { registry } = await registryWith({
    'PUT /api/config/s': [
      [409, { message: 'A rule exists' }],
      [200, {}],
    ],
    [`POST /api/${VERSIONS}`]: [
      [409, { message: 'exists' }],
      [200, { id: 8 }],
    ],
  });

  expect(await registry.register('s', schema)).toBe(8);
});

test('repeats what the registry failed at, and tells of it when it goes on failing', async () => {
  const { registry, asked } = await registryWith({
    'PUT /api/config/s': [[200, {}]],
    [`POST /api/${VERSIONS}`]: [
      [500, { message: 'content is gone' }],
      [200, { id: 9 }],
    ],
    'PUT /api/config/t': [[500, { message: 'out of order' }]],
  });

  expect(await registry.register('s', schema)).toBe(9);
  await expect(registry.register('t', schema)).rejects.toThrow('out of order');
  expect(asked.filter((what) => what.endsWith('/t'))).toHaveLength(5);
});

test('an incompatible schema stays refused, with the reason', async () => {
  const { registry } = await registryWith({
    'PUT /api/config/s': [[200, {}]],
    [`POST /api/${VERSIONS}`]: [[409, { message: 'y at /fields/1' }]],
  });

  const error = await registry.register('s', schema).catch((reason: unknown) => reason);

  expect(error).toBeInstanceOf(RegistryError);
  expect(error).toMatchObject({
    status: 409,
    message: expect.stringMatching(/refused with status 409: y at/) as string,
  });
});

test('nothing is registered when the compatibility cannot be set', async () => {
  const { registry, asked } = await registryWith({ 'PUT /api/config/s': [[403, { message: 'forbidden' }]] });

  await expect(registry.register('s', schema)).rejects.toThrow('forbidden');
  expect(asked).toEqual(['PUT /api/config/s']);
});

test.each([
  ['Confluent', { is_compatible: false, messages: ['reader has y'] }, ['reader has y']],
  ['Apicurio', { is_compatible: false, reason: 'y at /fields/1' }, ['y at /fields/1']],
  ['a registry without words', { is_compatible: false }, ['the registry gives no reason']],
])('tells why a schema is incompatible as %s says it', async (_, answer, reasons) => {
  const { registry } = await registryWith({ [`GET /api/${VERSIONS}`]: [[200, [1]]], [CHECK]: [[200, answer]] });

  expect(await registry.check('s', schema)).toEqual({ verdict: 'incompatible', reasons });
});

test('a subject without versions is new', async () => {
  const { registry } = await registryWith({});

  expect(await registry.check('s', schema)).toEqual({ verdict: 'new' });
});

test('a failing registry is an error, not a new subject', async () => {
  const { registry } = await registryWith({ [`GET /api/${VERSIONS}`]: [[500, '<html>proxy</html>']] });

  await expect(registry.check('s', schema)).rejects.toMatchObject({
    status: 500,
    message: expect.stringContaining('<html>') as string,
  });
});

test('an answer that is not JSON is an error that doubts the address', async () => {
  const { registry } = await registryWith({ [`GET /api/${VERSIONS}`]: [[200, '<html>login</html>']] });

  await expect(registry.check('s', schema)).rejects.toThrow('Is SCHEMA_REGISTRY_URL right?');
});

test.each([
  [{ username: 'me', password: 'p@ss:1' }, `Basic ${Buffer.from('me:p@ss:1').toString('base64')}`],
  [{ token: 'p@ss' }, 'Bearer p@ss'],
])('signs in with %j, and never shows it', async (registryAuth, header) => {
  const { registry, authorizations } = await registryWith({ [`GET /api/${VERSIONS}`]: [[401, {}]] }, registryAuth);

  const error = (await registry.check('s', schema).catch((reason: unknown) => reason)) as Error;

  expect([...authorizations]).toEqual([header]);
  expect(error.message).not.toMatch(/p@ss|me:/);
});

test('no answer at all is an error without a status, with the reason', async () => {
  const error = await createRegistry({ registryUrl: 'http://127.0.0.1:1' })
    .check('s', schema)
    .catch((reason: unknown) => reason);

  expect(error).toMatchObject({
    status: undefined,
    message: expect.stringContaining('got no answer (ECONNREFUSED)') as string,
  });
});
