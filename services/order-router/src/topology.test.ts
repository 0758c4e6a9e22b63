import { describeTopology } from '@pipeline/streams';
import { expect, test } from 'vitest';
import { placementTopology, shadowTopology } from './topology.ts';

const nothing = () => Promise.resolve([]);

test('order-router keeps the ledger, writes links with it, and writes nowhere else', () => {
  expect(describeTopology(placementTopology(nothing))).toEqual([
    'commerce.orders.v1 → order-router',
    'commerce.orders.replay.v1 → order-router (replay lane)',
    'fulfillment.orders.v1 ↔ order-router (state)',
    'order-router → fulfillment.links.v1',
    'order-router → order-router.dlq.v1',
  ]);
});

test('in shadow mode order-router has no ledger and writes only its own topics', () => {
  expect(describeTopology(shadowTopology(nothing))).toEqual([
    'commerce.orders.v1 → order-router-shadow',
    'commerce.orders.replay.v1 → order-router-shadow (replay lane)',
    'order-router-shadow → order-router.shadow.v1',
    'order-router-shadow → order-router.dlq.v1',
  ]);
});
