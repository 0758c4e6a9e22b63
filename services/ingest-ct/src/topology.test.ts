import { describeTopology } from '@pipeline/streams';
import { expect, test } from 'vitest';
import { normaliseTopology } from './topology.ts';

test('ingest-ct makes events of orders from landed notifications and writes nowhere else', () => {
  expect(describeTopology(normaliseTopology(() => Promise.resolve([])))).toEqual([
    'commercetools.notifications.v1 → ingest-ct',
    'commercetools.notifications.replay.v1 → ingest-ct (replay lane)',
    'ingest-ct → commerce.orders.v1',
    'ingest-ct → ingest-ct.dlq.v1',
  ]);
});
