import { describeTopology } from '@pipeline/streams';
import { expect, test } from 'vitest';
import { shadowTopology, statusTopology } from './topology.ts';

const nothing = () => Promise.resolve([]);

test('status-writer reads events and the ledger, keeps its states, and writes nowhere else', () => {
  const topology = statusTopology(nothing);
  expect(describeTopology(topology)).toEqual([
    'fulfillment.events.v1 → status-writer',
    'fulfillment.orders.v1 → status-writer',
    'fulfillment.events.replay.v1 → status-writer (replay lane)',
    'fulfillment.states.v1 ↔ status-writer (state)',
    'status-writer → status-writer.dlq.v1',
  ]);
  expect(topology.coalesce).toBe(true);
});

test('in shadow mode status-writer has no state and writes only its own topics', () => {
  expect(describeTopology(shadowTopology(nothing))).toEqual([
    'fulfillment.events.v1 → status-writer-shadow',
    'fulfillment.orders.v1 → status-writer-shadow',
    'fulfillment.events.replay.v1 → status-writer-shadow (replay lane)',
    'status-writer-shadow → status-writer.shadow.v1',
    'status-writer-shadow → status-writer.dlq.v1',
  ]);
});
