import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createConfigReader } from '@pipeline/provider-fulfillmenttools';
import { expect, onTestFinished, test } from 'vitest';
import {
  checkSettings,
  PROGRAM_TIMEOUT,
  runProgram,
  validEnvironment,
} from '../../../packages/service-kit/src/testing/runProgram.ts';
import { checkWith } from './config.ts';

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

test('pipeline.yaml gives names and states too: its problems are named, and names that clash with the settings', () => {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'status-config-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = path.join(directory, 'pipeline.yaml');
  const problemsOf = (text: string) => {
    writeFileSync(file, text);
    const given = { FIELD_PRESET: 'docs', FIELD_NAMES: ['jobs=fft_jobs'], ORDER_TYPE_KEY: 'x', PIPELINE_CONFIG: file };
    return checkWith(createConfigReader())(given as never);
  };
  expect(problemsOf('version: 1\nstatus: { ready: soon }')).toEqual([
    'PIPELINE_CONFIG, line 2: status.ready must be one of first, all',
  ]);
  expect(problemsOf('version: 1\nfields: { names: { shortId: fft_jobs } }')).toEqual([
    'FIELD_NAMES gives one name to two fields',
  ]);
  expect(problemsOf('version: 1\nfields: { names: { shortId: fft_jobs, jobs: other } }')).toEqual([]);
});

test('parcels without deliveries are refused: they would never be written', options, async () => {
  const alone = await checkSettings(main, { ...valid, STATUS_PARTS: 'state,parcels' });
  expect([alone.code, alone.faulty]).toEqual([2, ['STATUS_PARTS']]);
  expect(alone.text).toContain('Add deliveries');
});
