import { allTopics, topics } from '@pipeline/schemas';
import { expect, test } from 'vitest';
import { compareTopic, plannedTopic } from './topicPlan.ts';

const plan = (replication = 3) =>
  plannedTopic({ topic: topics.fulfillmentStates, prefix: 'shop.', partitions: 12, replication });
const asPlanned = () => ({ name: plan().name, partitions: 12, config: plan().config });

test('with three copies two must have a record, with fewer one', () => {
  expect([1, 2, 3].map((replication) => plan(replication).config['min.insync.replicas'])).toEqual(['1', '1', '2']);
});

test('every topic has log append time, no unclean election, and its own limits', () => {
  for (const topic of allTopics) {
    expect(plannedTopic({ topic, prefix: '', partitions: 1, replication: 1 }).config).toMatchObject({
      'message.timestamp.type': 'LogAppendTime',
      'unclean.leader.election.enable': 'false',
      'cleanup.policy': topic.cleanup,
      'retention.ms': String(topic.retentionMs),
      'max.message.bytes': String(topic.maxMessageBytes),
    });
  }
});

test('a topic as planned has no differences, in whatever order its policies stand', () => {
  const existing = { ...asPlanned(), config: { ...plan().config, 'cleanup.policy': 'delete, compact' } };

  expect(compareTopic(plan(), existing)).toEqual({ errors: [], notes: [] });
});

test('another partition count and another policy are errors, another retention is a note', () => {
  const existing = {
    ...asPlanned(),
    partitions: 6,
    config: { ...plan().config, 'cleanup.policy': 'compact', 'retention.ms': '1' },
  };

  const { errors, notes } = compareTopic(plan(), existing);

  expect(errors).toEqual([
    expect.stringMatching(/^shop\.fulfillment\.states\.v1 has 6 partitions, needed are 12/),
    expect.stringMatching(/^shop\.fulfillment\.states\.v1 has cleanup\.policy=compact, needed is compact,delete/),
  ]);
  expect(notes).toEqual([expect.stringContaining('retention.ms=1')]);
});

test('a policy that the broker does not tell is an error, not agreement', () => {
  expect(compareTopic(plan(), { ...asPlanned(), config: {} }).errors).toEqual([
    expect.stringContaining('cleanup.policy=unknown'),
  ]);
});
