import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin, Kafka } from 'kafkajs';
import { kafkaErrorType } from './errorType.ts';

const TRIES = 5;
const LED_WITHIN_MS = 30_000;
const LOOK_AGAIN_MS = 100;

/**
 * Asks what only the leaders of partitions know, and once more when a leader has moved, or does not know yet that it is
 * one. kafkajs' admin gives up at the first such answer, and keeps asking the former leader: each try has one of its own.
 * @throws KafkaJSError of the last try, or of a failure of another kind.
 */
export async function withLeaders<Result>(kafka: Kafka, ask: (admin: Admin) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await withOwnAdmin(kafka, ask);
    } catch (error) {
      if (attempt === TRIES || !moved.has(kafkaErrorType(error))) throw error;
      await sleep(200 * attempt);
    }
  }
}

const moved = new Set<string | undefined>([
  'NOT_LEADER_FOR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'UNKNOWN_TOPIC_OR_PARTITION',
]);

/**
 * Waits until the leader of every partition of topics that were just created serves it. With KRaft brokers tell of a
 * leader before it knows that it is one, and who writes in that moment is refused; kafkajs' own `waitForLeaders` throws
 * when the broker that it asks has not heard of the topic yet.
 * @throws Error after `withinMs` (30,000), caused by the last answer: look at the brokers, then set up again.
 */
export async function untilLed(kafka: Kafka, topics: readonly string[], withinMs = LED_WITHIN_MS): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      return await withOwnAdmin(kafka, async (admin) => {
        for (const topic of topics) await admin.fetchTopicOffsets(topic);
      });
    } catch (cause) {
      if (performance.now() > deadline)
        throw new Error(
          'Topics were created, but some partitions have no leader: look at the brokers, then run this again.',
          { cause },
        );
    }
    await sleep(LOOK_AGAIN_MS);
  }
}

async function withOwnAdmin<Result>(kafka: Kafka, ask: (admin: Admin) => Promise<Result>): Promise<Result> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    return await ask(admin);
  } finally {
    await admin.disconnect();
  }
}
