import { send } from '@pipeline/service-kit/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { fixedSecrets } from '../secrets/secretCheck.ts';
import { startLanding } from '../testing/landing.ts';
import { startVendorServer } from '../testing/vendorServer.ts';
import { createEventGridTransport } from './eventGrid.ts';

const secret = 'a-secret-of-the-event-subscription-00';
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start() {
  const landing = await startLanding(
    createEventGridTransport({
      secrets: fixedSecrets(secret),
      header: 'X-Api-Key',
      queryParameter: 'token',
      origins: ['eventgrid.azure.net'],
    }),
  );
  closing.push(() => landing.server.close());
  return { ...landing, url: `${landing.server.url}?token=${secret}` };
}

describe('the handshake of CloudEvents', () => {
  const options = (url: string, headers: Record<string, string>) => send(url, { method: 'OPTIONS', headers });

  test('is answered for the configured origin, with a rate where one is asked for', async () => {
    const { url, heard } = await start();
    const plain = await options(url, { 'webhook-request-origin': 'EventGrid.azure.net' });
    expect([plain.status, plain.headers['webhook-allowed-origin'], plain.headers['webhook-allowed-rate']]).toEqual([
      200,
      'EventGrid.azure.net',
      undefined,
    ]);
    const rated = await options(url, {
      'webhook-request-origin': 'eventgrid.azure.net',
      'webhook-request-rate': '120',
    });
    expect(rated.headers['webhook-allowed-rate']).toBe('*');
    expect(heard).toEqual(['handshake', 'handshake']);
  });

  test.each([{}, { 'webhook-request-origin': 'evil.example' }, { 'webhook-request-origin': '*' }])(
    'is refused to %o',
    async (headers) => {
      const { url } = await start();
      const answer = await options(url, headers as Record<string, string>);
      expect([answer.status, answer.headers['webhook-allowed-origin']]).toEqual([401, undefined]);
    },
  );

  test('never calls back', async () => {
    const vendor = await startVendorServer(() => 'ok');
    closing.push(() => vendor.close());
    const { url } = await start();
    await options(url, {
      'webhook-request-origin': 'eventgrid.azure.net',
      'webhook-request-callback': `${vendor.origin}/confirm`,
    });
    expect(vendor.requests).toEqual([]);
  });
});

describe('the validation of the older schema', () => {
  const validating = { 'aeg-event-type': 'SubscriptionValidation' };
  const event = (data: unknown) =>
    JSON.stringify([{ eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent', id: '1', data }]);

  test('gives the code back, fetches no URL, and lands nothing', async () => {
    const vendor = await startVendorServer(() => 'ok');
    closing.push(() => vendor.close());
    const { url, published, heard } = await start();
    const body = event({ validationCode: 'code-1', validationUrl: `${vendor.origin}/validate` });
    const answer = await send(url, { headers: validating, body });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([200, { validationResponse: 'code-1' }]);
    expect([published, vendor.requests, heard]).toEqual([[], [], ['validation']]);
  });

  test('is refused without the secret', async () => {
    const { server } = await start();
    expect((await send(server.url, { headers: validating, body: event({ validationCode: 'c' }) })).status).toBe(401);
  });

  test.each([
    '',
    '{',
    'null',
    '[]',
    '[null]',
    event(7),
    event({ validationCode: 7 }),
    event({ validationCode: 'c'.repeat(600) }),
  ])('that is none lands: %s', async (body) => {
    const { url, published } = await start();
    const answer = await send(url, { headers: validating, body });
    expect([answer.status, answer.body, published.length]).toEqual([200, '', 1]);
  });
});

test('events land with the secret in the header or in the query, and the end of a subscription is told', async () => {
  const { server, url, published, heard } = await start();
  const body = '[{"specversion":"1.0"}]';
  expect((await send(url, { body })).status).toBe(200);
  expect((await send(server.url, { headers: { 'x-api-key': secret }, body })).status).toBe(200);
  expect((await send(server.url, { headers: { 'x-api-key': `${secret} ` + 'x' }, body })).status).toBe(401);
  expect((await send(server.url, { headers: { authorization: `Bearer ${secret}` }, body })).status).toBe(401);
  expect((await send(url, { headers: { 'aeg-event-type': 'SubscriptionDeletion' }, body: '[]' })).status).toBe(200);
  expect([published.length, heard.at(-1)]).toEqual([2, 'subscription-deletion']);
});
