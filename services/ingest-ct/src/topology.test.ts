import { describeTopology } from '@pipeline/streams';
import { expect, test } from 'vitest';
import { codecTopics, normaliseTopology } from './topology.ts';

const handler = () => Promise.resolve([]);

test('ingest-ct makes events of orders from landed notifications and writes nowhere else', () => {
  expect(describeTopology(normaliseTopology(handler, { channels: false }))).toEqual([
    'commercetools.notifications.v1 → ingest-ct',
    'commercetools.notifications.replay.v1 → ingest-ct (replay lane)',
    'ingest-ct → commerce.orders.v1',
    'ingest-ct → ingest-ct.dlq.v1',
  ]);
});

test('events of channels have a topic of their own, which is not touched unless they are on', () => {
  expect(describeTopology(normaliseTopology(handler))).toContain('ingest-ct → commerce.channels.v1');
  expect(codecTopics({ channels: true }).map(({ name }) => name)).toEqual([
    'commerce.orders.v1',
    'commerce.channels.v1',
  ]);
  expect(codecTopics({ channels: false }).map(({ name }) => name)).toEqual(['commerce.orders.v1']);
});
