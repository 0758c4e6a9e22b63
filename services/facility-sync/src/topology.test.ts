import { describeTopology } from '@pipeline/streams';
import { expect, test } from 'vitest';
import { facilityTopology } from './topology.ts';

test('facility-sync reads channels, keeps what it made of them, and writes nowhere else', () => {
  expect(describeTopology(facilityTopology(() => Promise.resolve([])))).toEqual([
    'commerce.channels.v1 → facility-sync',
    'commerce.channels.replay.v1 → facility-sync (replay lane)',
    'fulfillment.facilities.v1 ↔ facility-sync (state)',
    'facility-sync → facility-sync.dlq.v1',
  ]);
});
