import { afterEach, expect, test } from 'vitest';
import { createCommercetoolsLanding } from './landing.ts';

const secret = 'a-secret-of-the-push-subscription-000';
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start() {
  const published: { value: Buffer; headers: Readonly<Record<string, string>> }[] = [];
  const server = await createCommercetoolsLanding({
    host: '127.0.0.1',
    port: 0,
    secret,
    producer: 'ingest-ct@0.0.0',
    keyOf: () => null,
    publish: async (message) => void published.push(message),
  });
  closing.push(server.close);
  return { server, published };
}

test('a notification posted to /commercetools with the bearer lands with 200', async () => {
  const { server, published } = await start();
  expect(server.url).toBe(`http://127.0.0.1:${server.port}/commercetools`);
  const answer = await fetch(server.url, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}` },
    body: '{"a":1}',
  });
  expect(answer.status).toBe(200);
  expect(published[0]?.value.toString()).toBe('{"a":1}');
  expect(published[0]?.headers['ce_source']).toBe('/commercetools');
});

test('a Pub/Sub push, which cannot set headers, lands with the secret as token', async () => {
  const { server, published } = await start();
  expect((await fetch(`${server.url}?token=${secret}`, { method: 'POST', body: '{}' })).status).toBe(200);
  expect((await fetch(`${server.url}?token=${secret.slice(1)}`, { method: 'POST', body: '{}' })).status).toBe(401);
  expect(published).toHaveLength(1);
});
