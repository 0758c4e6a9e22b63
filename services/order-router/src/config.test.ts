import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import {
  checkSettings,
  PROGRAM_TIMEOUT,
  runProgram,
  validEnvironment,
} from '../../../packages/service-kit/src/testing/runProgram.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const { kafka, commercetools, fulfillmenttools } = validEnvironment;
const valid = { ...kafka, ...commercetools, ...fulfillmenttools, PLACE_CONFIRMED_SINCE: '2026-01-01T00:00:00Z' };
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
      'CTP_PROJECT_KEY',
      'CTP_CLIENT_ID',
      'CTP_CLIENT_SECRET',
      'CTP_API_URL',
      'CTP_AUTH_URL',
      'FFT_BASE_URL',
      'FFT_API_KEY',
      'FFT_API_USER',
      'FFT_API_PASSWORD',
      'PLACE_CONFIRMED_SINCE',
    ].sort(),
  ]);
});

test('--check says that valid settings are valid and starts nothing', options, async () => {
  expect(await checkSettings(main, valid)).toEqual({ code: 0, faulty: [], text: 'settings are valid\n' });
});

test('what is wrong is named, and no secret is shown', options, async () => {
  const { code, faulty, text } = await checkSettings(main, {
    ...valid,
    PLACEMENT: 'maybe',
    PLACE_CONFIRMED_SINCE: 'yesterday',
    FFT_BASE_URL: 'http://u:hush@h',
  });
  expect([code, faulty]).toEqual([2, ['FFT_BASE_URL', 'PLACEMENT', 'PLACE_CONFIRMED_SINCE']]);
  expect(text).not.toContain('hush');
});

test('a shipping method that is to be shipped and collected is a problem', options, async () => {
  const methods = { SHIP_FROM_STORE_METHODS: 'a, b', CLICK_AND_COLLECT_METHODS: 'b, c' };
  const { code, text } = await checkSettings(main, { ...valid, ...methods });
  expect(code).toBe(2);
  expect(text).toContain('- CLICK_AND_COLLECT_METHODS names b, which SHIP_FROM_STORE_METHODS names too');
});

test('placing orders without a single mapped shipping method is a problem', options, async () => {
  const { code, text } = await checkSettings(main, { ...valid, PLACEMENT: 'on' });
  expect(code).toBe(2);
  expect(text).toContain('SHIP_FROM_STORE_METHODS and CLICK_AND_COLLECT_METHODS are both empty');
  const decided = { PLACEMENT: 'on', UNKNOWN_SHIPPING_METHOD: 'shipping' };
  expect(await checkSettings(main, { ...valid, ...decided })).toMatchObject({ code: 0 });
});

test('rules between settings are checked beside what is missing', options, async () => {
  const { KAFKA_BROKERS: _, ...others } = valid;
  const { code, faulty } = await checkSettings(main, {
    ...others,
    PLACEMENT: 'on',
    SYNC_CHANNEL_ID: 'abc',
    KAFKA_SSL_CERT: 'x',
  });
  expect([code, faulty]).toEqual([
    2,
    ['KAFKA_BROKERS', 'KAFKA_SSL_CERT', 'SHIP_FROM_STORE_METHODS', 'SYNC_CHANNEL_ID'],
  ]);
});

test('what is held and what is excluded is checked, all of it at once', options, async () => {
  const { code, text } = await checkSettings(main, {
    ...valid,
    PLACEMENT_HOLD_LOCK: 'Pending, BalanceDue',
    PLACEMENT_HOLD_WAIT: 'Failed,Pending',
    PLACEMENT_EXCLUDE_ORDER_NUMBERS: 'TEST-*,(a+)+$',
    PLACEMENT_EXCLUDE_EMAIL_DOMAINS: 'ada@example.org',
    PLACEMENT_EXCLUDE_FIELDS: 'b2b=true,=x',
    SYNC_CHANNEL_ID: 'fulfillment',
  });
  expect(code).toBe(2);
  for (const problem of [
    '- PLACEMENT_HOLD_WAIT names Pending, which PLACEMENT_HOLD_LOCK names too',
    '- PLACEMENT_EXCLUDE_ORDER_NUMBERS, entry 2, looks like a regular expression',
    '- PLACEMENT_EXCLUDE_EMAIL_DOMAINS, entry 1, must be a domain',
    '- PLACEMENT_EXCLUDE_FIELDS, entry 2, must be name=value',
    '- SYNC_CHANNEL_ID must be the id of a channel',
  ])
    expect(text).toContain(problem);
  expect(text).not.toContain('ada@');
});

test(
  'a payment state that commercetools does not have, or that would be held for ever, is a problem',
  options,
  async () => {
    const states = { PLACEMENT_HOLD_LOCK: 'pending', PLACEMENT_HOLD_WAIT: 'Paid' };
    const { code, faulty } = await checkSettings(main, { ...valid, ...states });
    expect([code, faulty]).toEqual([2, ['PLACEMENT_HOLD_LOCK', 'PLACEMENT_HOLD_WAIT']]);
  },
);

test('valid holds and exclusions are valid', options, async () => {
  const set = {
    PLACEMENT_HOLD_LOCK: 'Pending',
    PLACEMENT_HOLD_WAIT: 'BalanceDue,Failed',
    PLACEMENT_EXCLUDE_STORES: 'outlet',
    PLACEMENT_EXCLUDE_ORDER_NUMBERS: 'TEST-*',
    PLACEMENT_EXCLUDE_EMAIL_DOMAINS: 'example.org',
    PLACEMENT_EXCLUDE_FIELDS: 'b2b=true,sample',
    SYNC_CHANNEL_ID: '6ec6aa0e-9d3c-4b2a-8f7e-2a1b0c9d8e7f',
  };
  expect(await checkSettings(main, { ...valid, ...set })).toMatchObject({ code: 0 });
});
