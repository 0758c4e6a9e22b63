import { deadLetterTopics } from '@pipeline/schemas';
import type { KafkaView } from './kafkaView.ts';

export interface DeadLetter {
  readonly service: string;
  readonly key: string | null;
  readonly code: string;
  readonly message: string;
}

/** All that lie there. */
export async function readDeadLetters(kafka: Pick<KafkaView, 'messages'>): Promise<DeadLetter[]> {
  const found: DeadLetter[] = [];
  for (const [service, { name }] of Object.entries(deadLetterTopics)) {
    for (const { key, headers } of await kafka.messages(name))
      found.push({
        service,
        key,
        code: headers['dlq.error-code'] ?? 'unknown',
        message: headers['dlq.error-message'] ?? '',
      });
  }
  return found;
}
