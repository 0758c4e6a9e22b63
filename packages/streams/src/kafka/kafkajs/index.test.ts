import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { Kafka } from './index.ts';

const require = createRequire(import.meta.url);

it('replaces the parts before kafkajs takes them up', () => {
  const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0/index.js') as Record<string, unknown>;
  const record = require('kafkajs/src/protocol/recordBatch/record/v0/index.js') as { name: string };
  const { prototype: cluster } = require('kafkajs/src/cluster/index.js') as { prototype: Record<string, unknown> };
  expect([Kafka, RecordBatch].every((part) => typeof part === 'function')).toBe(true);
  // A version that has them elsewhere, or that was loaded before, is not mended.
  expect(record.toString()).toContain('sizeOfContent');
  const decode = require('kafkajs/src/protocol/recordBatch/record/v0/decoder.js') as { name: string };
  expect(decode.name).toBe('decodeRecord');
  const checksum = require('kafkajs/src/protocol/recordBatch/crc32C/index.js') as (bytes: Buffer) => number;
  expect(String(checksum)).toContain('STEP');
  expect(String(cluster['findGroupCoordinator'])).toContain('known');
});
