import { createLandingServer, fixedSecrets, type LandingMessage } from '@pipeline/landing';
import { loadSettings } from '@pipeline/service-kit';
import { send } from '@pipeline/service-kit/testing';
import { afterEach, expect, test } from 'vitest';
import { settings } from './config.ts';
import { createEndpoints } from './endpoints.ts';

const secret = 'a-secret-of-the-push-subscription-000';
const topicArn = 'arn:aws:sns:eu-central-1:123456789012:orders';
const environment = {
  KAFKA_BROKERS: '127.0.0.1:9',
  SCHEMA_REGISTRY_URL: 'http://127.0.0.1:9',
  ROLES: 'land',
  PUSH_OIDC_AUDIENCE: 'https://landing.example',
  PUSH_OIDC_SERVICE_ACCOUNT: 'push@project.iam.gserviceaccount.com',
  PUSH_OIDC_KEYS_URL: 'http://127.0.0.1:9/certs',
  SNS_TOPIC_ARN: topicArn,
  SNS_ENDPOINT: 'http://127.0.0.1:9',
};
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start(env: Record<string, string> = {}) {
  const config = loadSettings(settings, { ...environment, ...env });
  const published: LandingMessage[] = [];
  const server = await createLandingServer({
    host: '127.0.0.1',
    port: 0,
    source: 'commercetools',
    producer: 'ingest-ct@0.0.0',
    endpoints: createEndpoints(config)({ secrets: fixedSecrets(secret), observer: {} }),
    publish: async (messages) => void published.push(...messages),
  });
  closing.push(server.close);
  const post = async (path: string, headers: Record<string, string> = {}, body = '{}') =>
    (await send(`http://127.0.0.1:${server.port}${path}`, { headers, body })).status;
  return { server, published, post };
}

const notification = (id: string) => ({
  notificationType: 'Message',
  id: `message-${id}`,
  resource: { typeId: 'order', id: `order-${id}` },
});

test('without a word about transports a notification is posted to /commercetools, with bearer or token', async () => {
  const { server, published, post } = await start();
  expect(server.url).toBe(`http://127.0.0.1:${server.port}/commercetools`);
  const body = JSON.stringify(notification('a'));
  expect(await post('/commercetools', { authorization: `Bearer ${secret}` }, body)).toBe(200);
  expect(await post(`/commercetools?token=${secret}`, {}, body)).toBe(200);
  expect(await post(`/commercetools?token=${secret.slice(1)}`, {}, body)).toBe(401);
  expect(published.map(({ key, value }) => [key, value.toString()])).toEqual([
    ['order-a', body],
    ['order-a', body],
  ]);
  expect(published[0]?.headers['ce_source']).toBe('/commercetools');
  for (const name of ['pubsub', 'sns', 'eventbridge', 'eventgrid', 'connect'])
    expect([name, await post(`/commercetools/${name}`, { authorization: `Bearer ${secret}` })]).toEqual([name, 404]);
});

test('each transport has its path and takes only its own proof', async () => {
  const { post } = await start({ CT_PUSH_TRANSPORTS: 'pubsub,sns,eventbridge,eventgrid,connect' });
  const proofs = { bearer: { authorization: `Bearer ${secret}` }, key: { 'x-api-key': secret }, query: {} };
  const answers = await Promise.all(
    ['', '/pubsub', '/sns', '/eventbridge', '/eventgrid', '/connect'].map(async (name) => [
      name,
      await post(`/commercetools${name}`, proofs.bearer),
      await post(`/commercetools${name}`, proofs.key),
      await post(`/commercetools${name}?token=${secret}`),
      await post(`/commercetools${name}`),
    ]),
  );
  expect(answers).toEqual([
    ['', 404, 404, 404, 404],
    ['/pubsub', 401, 401, 401, 401],
    ['/sns', 401, 401, 401, 401],
    ['/eventbridge', 401, 200, 401, 401],
    ['/eventgrid', 401, 200, 200, 401],
    ['/connect', 200, 401, 200, 401],
  ]);
});

test('EventBridge may carry the secret in another header', async () => {
  const env = { CT_PUSH_TRANSPORTS: 'eventbridge', CT_PUSH_SECRET_HEADER: 'Authorization' };
  const { post } = await start(env);
  expect(await post('/commercetools/eventbridge', { authorization: `Bearer ${secret}` })).toBe(200);
  expect(await post('/commercetools/eventbridge', { 'x-api-key': secret })).toBe(401);
});

test('a token that looks like one of Google is checked, and 503 is the answer while its keys cannot be had', async () => {
  const { post } = await start({ CT_PUSH_TRANSPORTS: 'pubsub' });
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = `${part({ alg: 'RS256', kid: '1' })}.${part({ iss: 'x' })}.${part({})}`;
  expect(await post('/commercetools/pubsub', { authorization: `Bearer ${token}` })).toBe(503);
});

test('a batch of Event Grid lands as a record for each order, what cannot be read beside them', async () => {
  const { published, post } = await start({ CT_PUSH_TRANSPORTS: 'eventgrid' });
  const event = (id: string) => ({ specversion: '1.0', id, data: notification(id) });
  const batch = JSON.stringify([event('a'), { odd: true }, event('b')]);
  expect(await post(`/commercetools/eventgrid?token=${secret}`, {}, batch)).toBe(200);
  expect(published.map(({ key, value }) => [key, JSON.parse(value.toString())])).toEqual([
    ['order-a', event('a')],
    [null, { odd: true }],
    ['order-b', event('b')],
  ]);
});
