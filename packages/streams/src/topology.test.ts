import type { ReplayLane, Topic } from '@pipeline/schemas';
import { expect, test } from 'vitest';
import { defineTopology, describeTopology } from './topology.ts';

const aTopic = (name: string): Topic => ({
  name,
  schema: undefined,
  cleanup: 'delete',
  retentionMs: -1,
  maxMessageBytes: 1,
  config: {},
});
const orders = aTopic('orders');
const laneOf = (source: Topic): ReplayLane => ({ ...aTopic(`${source.name}.replay`), source });
const define = (lanes: ReplayLane[]) =>
  defineTopology<unknown>({
    name: 'router',
    sources: [orders],
    lanes,
    sinks: [],
    deadLetters: { ...aTopic('dlq') } as Topic<Uint8Array>,
    handler: () => Promise.resolve([]),
  });

test('a lane is read beside its source', () => {
  expect(describeTopology(define([laneOf(orders)]))).toEqual([
    'orders → router',
    'orders.replay → router (replay lane)',
    'router → dlq',
  ]);
});

test('a lane of what is no source, or one that is there twice, is a defect that is named', () => {
  expect(() => define([laneOf(aTopic('other'))])).toThrow(
    'other.replay is the lane of other, which is none of its sources',
  );
  expect(() => define([laneOf(orders), laneOf(orders)])).toThrow('a topic is read twice');
});
