import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin, Kafka } from 'kafkajs';
import { kafkaErrorType } from './errorType.ts';

const TRIES = 5;

/**
 * Asks what only the leaders of partitions know, and once more when a leader has moved, or does not know yet that it is
 * one. kafkajs' admin gives up at the first such answer, and keeps asking the former leader: each try has one of its own.
 * @throws KafkaJSError of the last try, or of a failure of another kind.
 */
export async function withLeaders<Result>(kafka: Kafka, ask: (admin: Admin) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const admin = kafka.admin();
    try {
      await admin.connect();
      return await ask(admin);
    } catch (error) {
      if (attempt === TRIES || !moved.has(kafkaErrorType(error))) throw error;
      await sleep(200 * attempt);
    } finally {
      await admin.disconnect();
    }
  }
}

const moved = new Set<string | undefined>([
  'NOT_LEADER_FOR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'UNKNOWN_TOPIC_OR_PARTITION',
]);
