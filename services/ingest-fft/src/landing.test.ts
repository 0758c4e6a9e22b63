import { afterEach, expect, test } from 'vitest';
import { createFulfillmenttoolsLanding } from './landing.ts';

const secret = 'a-secret-of-the-webhook-subscription-0';
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start() {
  const published: { value: Buffer; headers: Readonly<Record<string, string>> }[] = [];
  const server = await createFulfillmenttoolsLanding({
    host: '127.0.0.1',
    port: 0,
    secret,
    producer: 'ingest-fft@0.0.0',
    keyOf: () => null,
    publish: async (message) => void published.push(message),
  });
  closing.push(server.close);
  return { server, published };
}

test('a webhook posted to /fulfillmenttools with the bearer is answered with exactly 200', async () => {
  const { server, published } = await start();
  expect(server.url).toBe(`http://127.0.0.1:${server.port}/fulfillmenttools`);
  const answer = await fetch(server.url, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}` },
    body: '{"event":"ORDER_CREATED"}',
  });
  expect(answer.status).toBe(200);
  expect(published[0]?.value.toString()).toBe('{"event":"ORDER_CREATED"}');
  expect(published[0]?.headers['ce_source']).toBe('/fulfillmenttools');
});

test('the secret in the query is not accepted: webhooks can set headers', async () => {
  const { server, published } = await start();
  expect((await fetch(`${server.url}?token=${secret}`, { method: 'POST', body: '{}' })).status).toBe(401);
  expect(published).toEqual([]);
});
