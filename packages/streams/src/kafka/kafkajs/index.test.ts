import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { Kafka, Partitioners } from './index.ts';
import type { RequestParts } from './requestEncoder.ts';

const require = createRequire(import.meta.url);

it('replaces the parts before kafkajs takes them up', () => {
  const { prototype: cluster } = require('kafkajs/src/cluster/index.js') as { prototype: Record<string, unknown> };
  expect(typeof Kafka).toBe('function');
  // A version that has them elsewhere, or that was loaded before, is not mended.
  const produce = require('kafkajs/src/protocol/requests/produce/v3/request.js') as (options: object) => unknown;
  expect(String(produce)).toContain('encodeProduce');
  const newest = require('kafkajs/src/protocol/requests/produce/v7/request.js') as (options: object) => RequestParts;
  expect(String(newest({ acks: -1, timeout: 1, topicData: [] }).encode)).toContain('encodeProduce');
  expect(String(require('kafkajs/src/protocol/request.js'))).toContain('HEAD_BYTES');
  const decode = require('kafkajs/src/protocol/recordBatch/record/v0/decoder.js') as { name: string };
  expect(decode.name).toBe('decodeRecord');
  const group = require('kafkajs/src/producer/groupMessagesPerPartition.js') as { name: string };
  expect(group.name).toBe('groupByPartition');
  expect(String(Partitioners.DefaultPartitioner)).toContain('inTurn');
  expect(String(cluster['findGroupCoordinator'])).toContain('known');
});
