import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { statusPresets } from '@pipeline/fulfillment';
import { expect, test } from 'vitest';
import { statusPolicyFrom } from './policy.ts';

test('is that of status-writer with the same settings', () => {
  expect(statusPolicyFrom({})).toEqual(statusPresets.docs);
  expect(statusPolicyFrom({ STATUS_PRESET: 'connector', STATUS_READY: 'all', STATUS_PARTS: 'state' })).toEqual({
    ...statusPresets.connector,
    ready: 'all',
    parts: ['state'],
  });
});

test('what the pipeline.yaml says goes before the settings', async () => {
  await using directory = await mkdtempDisposable(path.join(os.tmpdir(), 'policy-'));
  const file = path.join(directory.path, 'pipeline.yaml');
  await writeFile(file, 'version: 1\nstatus: { preset: connector }\n');
  expect(statusPolicyFrom({ PIPELINE_CONFIG: file, STATUS_PRESET: 'docs' })).toEqual(statusPresets.connector);
  await writeFile(file, 'version: 1\nstatus: { preset: other }\n');
  expect(() => statusPolicyFrom({ PIPELINE_CONFIG: file })).toThrow('status.preset');
});
