import type { Kafka, Producer, RecordMetadata, TopicMessages } from 'kafkajs';
import type { Message } from 'kafkajs';
import { createStickyPartitioner } from './stickyPartitioner.ts';
import { within } from './within.ts';

export interface SenderOptions {
  readonly kafka: Pick<Kafka, 'producer'>;
  readonly stuckAfterMs?: number;
}

/** One producer id: one kafkajs producer, from its first batch to its first failure. */
export interface Sender {
  connect(): Promise<void>;
  /** Never called again before it has settled, and never again after it has rejected. */
  sendBatch(topicMessages: TopicMessages[]): Promise<readonly RecordMetadata[]>;
  partitionOf(message: Message): number | undefined;
  /** Waits a while for requests under way, so that none is written after what the next producer sends. Never rejects. */
  close(): Promise<void>;
}

const CLOSE_MS = 10_000;

export function createSender({ kafka, stuckAfterMs = 120_000 }: SenderOptions): Sender {
  const partitioner = createStickyPartitioner();
  const producer: Producer = kafka.producer({
    idempotent: true,
    allowAutoTopicCreation: false,
    createPartitioner: partitioner.create,
    // These repeat the very same batch under the same sequence numbers; what they do not mend needs a new producer.
    retry: { initialRetryTime: 50, maxRetryTime: 1_000, multiplier: 2, factor: 0.2, retries: 5 },
  });
  let connecting: Promise<void> | undefined;
  const connect = (): Promise<void> => (connecting ??= producer.connect());

  return {
    connect,
    async sendBatch(topicMessages) {
      await connect();
      const answers = producer.sendBatch({ acks: -1, topicMessages });
      return within(stuckAfterMs, answers, 'the client did not settle a send');
    },
    partitionOf: partitioner.partitionOf,
    async close() {
      partitioner.close();
      await within(CLOSE_MS, producer.disconnect(), 'the client did not disconnect').catch(() => undefined);
    },
  };
}
