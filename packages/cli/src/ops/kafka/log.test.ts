import { expect, test } from 'vitest';
import { noTopics } from './log.ts';

test('a prefix that no topic has is quoted, for it ends in a full stop itself', () => {
  expect(noTopics('nope.', ['b:9092']).message).toContain('with the prefix "nope.". Is TOPIC_PREFIX');
  expect(noTopics('', ['b:9092']).message).toContain('without a prefix. Is TOPIC_PREFIX');
});
