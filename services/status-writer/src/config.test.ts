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
const valid = { ...kafka, ...commercetools, ...fulfillmenttools };
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
    ].sort(),
  ]);
});

test('--check says that valid settings are valid and starts nothing', options, async () => {
  expect(await checkSettings(main, valid)).toEqual({ code: 0, faulty: [], text: 'settings are valid\n' });
});

test('what is wrong is named, and no secret is shown', options, async () => {
  const { code, faulty, text } = await checkSettings(main, {
    ...valid,
    STATUS_WRITES: 'maybe',
    STATUS_READY: 'soon',
    CTP_AUTH_URL: 'http://u:hush@h',
  });
  expect([code, faulty]).toEqual([2, ['CTP_AUTH_URL', 'STATUS_READY', 'STATUS_WRITES']]);
  expect(text).not.toContain('hush');
});
