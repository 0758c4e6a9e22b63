import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import {
  checkSettings,
  PROGRAM_TIMEOUT,
  runProgram,
  validEnvironment,
} from '../../../packages/service-kit/src/testing/runProgram.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const { kafka, fulfillmenttools, webhook } = validEnvironment;
const valid = { ...kafka, ...fulfillmenttools, ...webhook, CTP_PROJECT_KEY: 'shop' };
const options = { timeout: PROGRAM_TIMEOUT };

test('a bare environment is answered with every missing setting in one list, and exit code 2', options, async () => {
  const { code, out, err } = await runProgram(main);
  const missing = [...err.matchAll(/^- (\w+) is missing/gm)].map(([, name]) => name).sort();
  expect([code, out, missing]).toEqual([
    2,
    '',
    [
      'KAFKA_BROKERS',
      'SCHEMA_REGISTRY_URL',
      'FFT_WEBHOOK_SECRET',
      'FFT_BASE_URL',
      'FFT_API_KEY',
      'FFT_API_USER',
      'FFT_API_PASSWORD',
      'CTP_PROJECT_KEY',
    ].sort(),
  ]);
});

test('--check says that valid settings are valid and starts nothing', options, async () => {
  expect(await checkSettings(main, valid)).toEqual({ code: 0, faulty: [], text: 'settings are valid\n' });
});

test('what is wrong is named, and no secret is shown', options, async () => {
  const { code, faulty, text } = await checkSettings(main, {
    ...valid,
    FFT_WEBHOOK_SECRET: 'short-hush',
    CORRELATION_WAIT_MS: 'soon',
    FFT_BASE_URL: 'http://u:hush@h',
  });
  expect([code, faulty]).toEqual([2, ['CORRELATION_WAIT_MS', 'FFT_BASE_URL', 'FFT_WEBHOOK_SECRET']]);
  expect(text).not.toContain('hush');
});

test('the file of the previous secret may come later, and no client secret travels in the open', options, async () => {
  const env = { ...valid, FFT_WEBHOOK_SECRET_PREVIOUS_FILE: '/nonexistent/secret' };
  expect(await checkSettings(main, env)).toMatchObject({ code: 0 });
  const open = { FFT_IDP_TOKEN_URL: 'http://idp.example/token' };
  expect(await checkSettings(main, { ...env, ...open })).toMatchObject({ code: 2, faulty: ['FFT_IDP_TOKEN_URL'] });
});

test('a process that only lands needs no vendor credentials and no registry', options, async () => {
  const { KAFKA_BROKERS } = kafka;
  expect(await checkSettings(main, { KAFKA_BROKERS, ...webhook, ROLES: 'land' })).toMatchObject({ code: 0 });
});

test(
  'a process that only pulls needs what its source needs, and nothing else; nothing secret is shown',
  options,
  async () => {
    const { KAFKA_BROKERS } = kafka;
    const env = { KAFKA_BROKERS, ROLES: 'pull', FFT_PULL_TRANSPORTS: 'pubsub,servicebus' };
    const given = {
      PUBSUB_SUBSCRIPTION: 'projects/shop/subscriptions/events',
      SERVICEBUS_CONNECTION_STRING:
        'Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=l;SharedAccessKey=hush',
      SERVICEBUS_ENTITY: 'events/subscriptions/pipeline',
    };
    expect((await checkSettings(main, env)).faulty).toEqual(Object.keys(given));
    expect(await checkSettings(main, { ...env, ...given })).toMatchObject({ code: 0 });
    const wrong = await checkSettings(main, { ...env, ...given, SERVICEBUS_CONNECTION_STRING: 'hush', ROLES: 'land' });
    expect(wrong.faulty).toContain('FFT_PULL_TRANSPORTS');
    expect(wrong.text).not.toContain('hush');
  },
);

test(
  'a process that only catches up needs the vendor and the registry, and no secret of webhooks',
  options,
  async () => {
    const { KAFKA_BROKERS } = kafka;
    const env = { KAFKA_BROKERS, ROLES: 'catch-up' };
    const { code, text } = await checkSettings(main, env);
    const missing = [...text.matchAll(/(\w+) is missing/g)].map(([, name]) => name);
    expect([code, missing.sort()]).toEqual([
      2,
      ['FFT_API_KEY', 'FFT_API_PASSWORD', 'FFT_API_USER', 'FFT_BASE_URL', 'SCHEMA_REGISTRY_URL'],
    ]);
    expect(await checkSettings(main, { ...kafka, ...fulfillmenttools, ROLES: 'catch-up' })).toMatchObject({ code: 0 });
    const client = await checkSettings(main, { ...env, FFT_SIGN_IN_WITH: 'client-credentials' });
    expect(client.text).toContain('FFT_IDP_CLIENT_ID is missing');
    expect(client.text).not.toContain('FFT_API_PASSWORD is missing');
  },
);
