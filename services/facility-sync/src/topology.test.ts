import { describeTopology } from '@pipeline/streams';
import { expect, test } from 'vitest';
import { facilityTopology, shadowTopology } from './topology.ts';

test('facility-sync reads channels, keeps what it made of them, and writes nowhere else', () => {
  expect(describeTopology(facilityTopology(() => Promise.resolve([])))).toEqual([
    'commerce.channels.v1 → facility-sync',
    'commerce.channels.replay.v1 → facility-sync (replay lane)',
    'fulfillment.facilities.v1 ↔ facility-sync (state)',
    'facility-sync → facility-sync.dlq.v1',
  ]);
});

test('in shadow mode it has no state and writes only its own topics', () => {
  expect(describeTopology(shadowTopology(() => Promise.resolve([])))).toEqual([
    'commerce.channels.v1 → facility-sync-shadow',
    'commerce.channels.replay.v1 → facility-sync-shadow (replay lane)',
    'facility-sync-shadow → facility-sync.shadow.v1',
    'facility-sync-shadow → facility-sync.dlq.v1',
  ]);
});
