import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLandingServer, fixedSecrets, type LandingMessage } from '@pipeline/landing';
import { loadSettings } from '@pipeline/service-kit';
import { send } from '@pipeline/service-kit/testing';
import { exportJWK, SignJWT } from 'jose';
import { afterEach, expect, test } from 'vitest';
import { settings } from './config.ts';
import { createEndpoints } from './endpoints.ts';

const secret = 'a-secret-of-the-webhook-subscription-0';
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start(env: Record<string, string> = {}) {
  const config = loadSettings(settings, {
    KAFKA_BROKERS: '127.0.0.1:9',
    SCHEMA_REGISTRY_URL: 'http://127.0.0.1:9',
    ROLES: 'land',
    FFT_WEBHOOK_SECRET: secret,
    ...env,
  });
  const published: LandingMessage[] = [];
  const ids: string[] = [];
  const server = await createLandingServer({
    host: '127.0.0.1',
    port: 0,
    source: 'fulfillmenttools',
    producer: 'ingest-fft@0.0.0',
    endpoints: createEndpoints(config)({ secrets: fixedSecrets(secret), observer: {} }),
    publish: async (messages) => void published.push(...messages),
    hooks: { landed: (landed) => void ids.push(...landed.ids) },
  });
  closing.push(server.close);
  return { server, published, ids };
}

const event =
  '{"event":"ORDER_CREATED","eventId":"event-1","payload":{"id":"o-1","processId":"process-1","version":1}}';
const bearer = { authorization: `Bearer ${secret}` };

test('a webhook posted to /fulfillmenttools with the bearer is answered with exactly 200', async () => {
  const { server, published, ids } = await start();
  expect(server.url).toBe(`http://127.0.0.1:${server.port}/fulfillmenttools`);
  const answer = await send(server.url, { headers: bearer, body: event });
  expect(answer.status).toBe(200);
  expect(published.map(({ key, value }) => [key, value.toString()])).toEqual([['process-1', event]]);
  expect(published[0]?.headers['ce_source']).toBe('/fulfillmenttools');
  expect(ids).toEqual(['event-1']);
});

test('the secret in the query is not accepted: webhooks can set headers', async () => {
  const { server, published } = await start();
  expect((await send(`${server.url}?token=${secret}`, { body: '{}' })).status).toBe(401);
  expect(published).toEqual([]);
});

test.each(['', 'null', '{"eventId":7}', '[', '['.repeat(300_000) + ']'.repeat(300_000)])(
  'what is no event lands, too: %#',
  async (body) => {
    const { server, published } = await start();
    expect((await send(server.url, { headers: bearer, body })).status).toBe(200);
    expect(published.map(({ key, value }) => [key, value.toString()])).toEqual([[null, body]]);
  },
);

test('a push of Pub/Sub lands what was published, as the webhook would', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: '1', alg: 'RS256' }] });
  const google = createServer((_request, response) => response.end(keys));
  await new Promise<void>((resolve) => google.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => void google.close(() => resolve())));
  const { server, published, ids } = await start({
    FFT_PUSH_TRANSPORTS: 'pubsub',
    PUSH_OIDC_AUDIENCE: 'https://landing.example',
    PUSH_OIDC_SERVICE_ACCOUNT: 'push@project.iam.gserviceaccount.com',
    PUSH_OIDC_KEYS_URL: `http://127.0.0.1:${(google.address() as AddressInfo).port}`,
  });
  const sign = (email: string) =>
    new SignJWT({ email, email_verified: true })
      .setProtectedHeader({ alg: 'RS256', kid: '1' })
      .setIssuer('https://accounts.google.com')
      .setAudience('https://landing.example')
      .setExpirationTime('1h')
      .sign(privateKey);
  const post = async (email: string, body: string) =>
    (await send(server.url, { headers: { authorization: `Bearer ${await sign(email)}` }, body })).status;
  const push = JSON.stringify({ message: { data: Buffer.from(event).toString('base64'), messageId: '1' } });

  expect(server.url).toMatch(/\/fulfillmenttools\/pubsub$/);
  expect(await post('push@project.iam.gserviceaccount.com', push)).toBe(200);
  expect(await post('push@project.iam.gserviceaccount.com', '{"no":"push"}')).toBe(200);
  expect(await post('other@project.iam.gserviceaccount.com', push)).toBe(401);
  expect((await send(server.url, { headers: bearer, body: push })).status).toBe(401);
  expect(published.map(({ key, value }) => [key, value.toString()])).toEqual([
    ['process-1', event],
    [null, '{"no":"push"}'],
  ]);
  expect(ids).toEqual(['event-1']);
});
