import { fileURLToPath } from 'node:url';
import { loadSettings } from '@pipeline/service-kit';
import { expect, test } from 'vitest';
import {
  checkSettings,
  PROGRAM_TIMEOUT,
  runProgram,
  validEnvironment,
} from '../../../packages/service-kit/src/testing/runProgram.ts';
import { settings } from './config.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const { kafka, commercetools, push } = validEnvironment;
const valid = { ...kafka, ...commercetools, ...push };
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
      'CT_PUSH_SECRET',
      'CTP_PROJECT_KEY',
      'CTP_CLIENT_ID',
      'CTP_CLIENT_SECRET',
      'CTP_API_URL',
      'CTP_AUTH_URL',
    ].sort(),
  ]);
});

test('--check says that valid settings are valid and starts nothing', options, async () => {
  expect(await checkSettings(main, valid)).toEqual({ code: 0, faulty: [], text: 'settings are valid\n' });
});

test('what is wrong is named, and no secret is shown', options, async () => {
  const { code, faulty, text } = await checkSettings(main, {
    ...valid,
    CT_PUSH_SECRET: 'short-hush',
    CTP_API_URL: 'http://user:hush@host',
    ROLES: 'land,nap',
    PORT: 'x',
  });
  expect([code, faulty]).toEqual([2, ['CTP_API_URL', 'CT_PUSH_SECRET', 'PORT', 'ROLES']]);
  expect(text).not.toContain('hush');
});

test('a process that only lands needs no vendor credentials and no registry', options, async () => {
  const { KAFKA_BROKERS } = kafka;
  expect(await checkSettings(main, { KAFKA_BROKERS, ...push, ROLES: 'land' })).toMatchObject({ code: 0 });
  const both = await checkSettings(main, { KAFKA_BROKERS, ...commercetools, ...push });
  expect(both.faulty).toEqual(['SCHEMA_REGISTRY_URL']);
});

test('a process that only normalises needs no secret of the endpoint', options, async () => {
  expect(await checkSettings(main, { ...kafka, ...commercetools, ROLES: 'normalise' })).toMatchObject({ code: 0 });
});

test('each transport asks for what it needs, and for nothing of the others', options, async () => {
  const missing = async (transports: string) =>
    (await checkSettings(main, { ...kafka, ROLES: 'land', CT_PUSH_TRANSPORTS: transports })).faulty;
  expect(await missing('pubsub')).toEqual(['PUSH_OIDC_AUDIENCE', 'PUSH_OIDC_SERVICE_ACCOUNT']);
  expect(await missing('sns')).toEqual(['SNS_TOPIC_ARN']);
  expect(await missing('connect,sns')).toEqual(['CT_PUSH_SECRET', 'SNS_TOPIC_ARN']);
});

test('a typing error in what decides brings no false follow-ups', options, async () => {
  const faulty = async (env: Readonly<Record<string, string>>) =>
    (await checkSettings(main, { ...kafka, ROLES: 'land', ...env })).faulty;
  expect(await faulty({ CT_PUSH_TRANSPORTS: 'pubsubb' })).toEqual(['CT_PUSH_TRANSPORTS']);
  expect(await faulty({ ROLES: 'normalize' })).toEqual(['ROLES']);
  expect(await faulty({ CT_PUSH_SECRET_HEADER: 'host' })).toEqual(['CT_PUSH_SECRET', 'CT_PUSH_SECRET_HEADER']);
});

test.each(['host', 'Content-Length', 'content-type', 'content-encoding', 'connection', 'Transfer-Encoding', 'a b'])(
  'no secret is looked for in the header %s',
  (header) => {
    const env = { KAFKA_BROKERS: 'a:1', SCHEMA_REGISTRY_URL: 'http://r.test', ROLES: 'land', ...push };
    expect(() => loadSettings(settings, { ...env, CT_PUSH_SECRET_HEADER: header })).toThrow('- CT_PUSH_SECRET_HEADER');
    expect(loadSettings(settings, { ...env, CT_PUSH_SECRET_HEADER: `x-${header.length}` })).toBeDefined();
  },
);

test('the file of the previous secret may come later', options, async () => {
  const env = { ...kafka, ...push, ROLES: 'land', CT_PUSH_SECRET_PREVIOUS_FILE: '/nonexistent/secret' };
  expect(await checkSettings(main, env)).toMatchObject({ code: 0 });
});

test('keys are fetched over TLS, or from this machine', options, async () => {
  const env = { ...kafka, ...push, ROLES: 'land' };
  const faulty = { PUSH_OIDC_KEYS_URL: 'http://keys.example', SNS_ENDPOINT: 'http://127.0.0.1.example' };
  expect((await checkSettings(main, { ...env, ...faulty })).faulty).toEqual(['PUSH_OIDC_KEYS_URL', 'SNS_ENDPOINT']);
  const local = { PUSH_OIDC_KEYS_URL: 'http://127.0.0.1:1', SNS_ENDPOINT: 'http://[::1]:1' };
  expect(await checkSettings(main, { ...env, ...local })).toMatchObject({ code: 0 });
});

test('each source that is chosen names what it needs, in the terms of its own settings', options, async () => {
  const { KAFKA_BROKERS } = kafka;
  const env = { KAFKA_BROKERS, ROLES: 'pull', CT_PULL_TRANSPORTS: 'sqs,pubsub,servicebus,kafka' };
  const { code, faulty } = await checkSettings(main, { ...env, CT_SOURCE_KAFKA_SECURITY_PROTOCOL: 'SASL_SSL' });
  expect([code, faulty]).toEqual([
    2,
    [
      'CT_SOURCE_KAFKA_BROKERS',
      'CT_SOURCE_KAFKA_SASL_PASSWORD',
      'CT_SOURCE_KAFKA_SASL_USERNAME',
      'CT_SOURCE_KAFKA_TOPIC',
      'PUBSUB_SUBSCRIPTION',
      'SERVICEBUS_CONNECTION_STRING',
      'SERVICEBUS_ENTITY',
      'SQS_QUEUE_URL',
    ],
  ]);
});

test('a process that only pulls needs neither vendor nor registry nor a secret of the endpoint', options, async () => {
  const { KAFKA_BROKERS } = kafka;
  const sqs = { CT_PULL_TRANSPORTS: 'sqs', SQS_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/1/orders' };
  expect(await checkSettings(main, { KAFKA_BROKERS, ROLES: 'pull', ...sqs })).toMatchObject({ code: 0 });
  const idle = await checkSettings(main, { ...valid, ...sqs });
  expect(idle.faulty).toEqual(['CT_PULL_TRANSPORTS']);
});

test(
  'a process that only catches up needs the vendor, and neither a registry nor a secret of the endpoint',
  options,
  async () => {
    const { KAFKA_BROKERS } = kafka;
    const env = { KAFKA_BROKERS, ROLES: 'catch-up' };
    expect(await checkSettings(main, { ...env, ...commercetools })).toMatchObject({ code: 0 });
    const bare = await checkSettings(main, env);
    expect(bare.faulty).toEqual([
      'CTP_API_URL',
      'CTP_AUTH_URL',
      'CTP_CLIENT_ID',
      'CTP_CLIENT_SECRET',
      'CTP_PROJECT_KEY',
    ]);
  },
);

test('a subscription that no role looks at is refused', options, async () => {
  const without = { ...valid, ROLES: 'land,normalise' };
  expect(await checkSettings(main, without)).toMatchObject({ code: 0 });
  const { code, text } = await checkSettings(main, { ...without, CT_SUBSCRIPTION_KEY: 'orders' });
  expect([code, text]).toEqual([2, expect.stringContaining('ROLES does not list catch-up')]);
});

test('a subscription is named once, and what is read is one of what there is', options, async () => {
  const both = { CT_SUBSCRIPTION_KEY: 'orders', CT_SUBSCRIPTION_ID: '1' };
  const { code, text } = await checkSettings(main, { ...valid, ...both });
  expect([code, text]).toEqual([2, expect.stringContaining('CT_SUBSCRIPTION_KEY and CT_SUBSCRIPTION_ID')]);
  const { faulty } = await checkSettings(main, { ...valid, CT_CATCH_UP: 'all', CATCH_UP_SINCE: 'yesterday' });
  expect(faulty).toEqual(['CATCH_UP_SINCE', 'CT_CATCH_UP']);
});
