import { describeTopology } from '@pipeline/streams';
import { expect, test } from 'vitest';
import { catchUpTopology, normaliseTopology } from './topology.ts';

test('ingest-fft makes events from landed notifications with the links as a table, and writes nowhere else', () => {
  const topology = normaliseTopology(
    () => Promise.resolve([]),
    () => undefined,
  );
  expect(describeTopology(topology)).toEqual([
    'fulfillmenttools.notifications.v1 → ingest-fft',
    'fulfillmenttools.notifications.replay.v1 → ingest-fft (replay lane)',
    'fulfillment.links.v1 → ingest-fft (table)',
    'fulfillmenttools.pending.v1 ↔ ingest-fft (held messages)',
    'ingest-fft → fulfillment.events.v1',
    'ingest-fft → fulfillment.links.v1',
    'ingest-fft → ingest-fft.dlq.v1',
  ]);
});

test('its role catch-up reads events and states, and writes to the topic of the notifications only', () => {
  const table = { onEntry: () => undefined, onLost: () => undefined };
  expect(describeTopology(catchUpTopology(() => Promise.resolve([]), table))).toEqual([
    'fulfillment.events.v1 → ingest-fft-catch-up',
    'fulfillment.states.v1 → ingest-fft-catch-up (table)',
    'ingest-fft-catch-up → fulfillmenttools.notifications.v1',
    'ingest-fft-catch-up → ingest-fft.dlq.v1',
  ]);
});
