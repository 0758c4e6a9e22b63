import type { Kafka } from 'kafkajs';
import { expect, it } from 'vitest';
import { untilLed, withLeaders } from './withLeaders.ts';

const answerOf = (type: string) => Object.assign(new Error(type), { type });

/** A Kafka that answers questions about offsets with these failures, one after the other, and then well. */
function aKafka(...failures: Error[]) {
  const asked: string[] = [];
  let [open, most, lent] = [0, 0, 0];
  const kafka = {
    admin() {
      lent++;
      return {
        connect: async () => void (most = Math.max(most, ++open)),
        disconnect: async () => void open--,
        async fetchTopicOffsets(topic: string) {
          asked.push(topic);
          const failure = failures.shift();
          if (failure) throw failure;
          return [];
        },
      };
    },
  } as unknown as Kafka;
  return { kafka, asked, admins: () => ({ open, most, lent }) };
}

it('waits until the leaders of all topics serve them, each time with an admin of its own that it closes', async () => {
  const { kafka, asked, admins } = aKafka(
    answerOf('UNKNOWN_TOPIC_OR_PARTITION'),
    answerOf('NOT_LEADER_FOR_PARTITION'),
    new Error('The broker is not there.'),
  );
  await untilLed(kafka, ['a', 'b']);
  expect(asked).toEqual(['a', 'a', 'a', 'a', 'b']);
  expect(admins()).toEqual({ open: 0, most: 1, lent: 4 });
});

it('says what to do when they do not in time, and why', async () => {
  const cause = answerOf('LEADER_NOT_AVAILABLE');
  const { kafka } = aKafka(cause, cause);
  await expect(untilLed(kafka, ['a'], -1)).rejects.toMatchObject({
    message: expect.stringContaining('no leader'),
    cause,
  });
});

it('asks once more where a leader has moved, and not after a failure of another kind', async () => {
  const moved = aKafka(answerOf('NOT_LEADER_FOR_PARTITION'));
  await withLeaders(moved.kafka, (admin) => admin.fetchTopicOffsets('a'));
  expect(moved.admins()).toEqual({ open: 0, most: 1, lent: 2 });
  const other = aKafka(answerOf('TOPIC_AUTHORIZATION_FAILED'));
  await expect(withLeaders(other.kafka, (admin) => admin.fetchTopicOffsets('a'))).rejects.toThrow('AUTHORIZATION');
  expect(other.admins()).toEqual({ open: 0, most: 1, lent: 1 });
});
