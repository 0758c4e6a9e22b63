import { setTimeout as sleep } from 'node:timers/promises';
import { createRetryPolicy, PipelineError, type RawMessage } from '@pipeline/streams';
import { createKafka, createTopicConsumer, type KafkaConnection } from '@pipeline/streams/kafka';
import type { Intake, PullSource } from '../pullSource.ts';

export interface KafkaSourceOptions {
  readonly intake: Intake;
  /** The sender's cluster, not ours. */
  readonly connection: KafkaConnection;
  readonly clientId: string;
  readonly topic: string;
  readonly groupId: string;
  readonly maxMessages: number;
  readonly maxBytes: number;
  readonly sessionTimeoutMs: number;
}

const notJoined = new PipelineError('transient', 'not-joined', 'The group of the source was not joined.');

/**
 * A topic of another cluster. Its offsets are committed once our Kafka has the records; there is no giving back, so that
 * what does not land is tried again here and its partition goes no further than that. A topic that is missing or a
 * cluster that is away is tried until it is there.
 */
export function createKafkaSource(options: KafkaSourceOptions): PullSource {
  const { intake, connection, clientId, topic, groupId } = options;
  const retry = createRetryPolicy({ baseMs: 1_000, capMs: 30_000 });
  let starting: Promise<void> = Promise.resolve();
  const consumer = createTopicConsumer({
    kafka: createKafka({ ...connection, clientId }),
    groupId,
    topic,
    onMessage: land,
    maxUnfinished: options.maxMessages,
    maxUnfinishedBytes: options.maxBytes,
    onError: (error) => intake.trouble(error),
    onJoined: () => intake.trouble(undefined),
    sessionTimeoutMs: options.sessionTimeoutMs,
  });

  /** Ends when it has landed; never, once the intake has closed before: then it comes again. */
  async function land({ value }: RawMessage): Promise<void> {
    for (let landed = false; !landed; ) {
      if (!(await intake.whenOpen())) return never;
      await intake.take({
        body: value ?? Buffer.alloc(0),
        acknowledge: async () => {
          landed = true;
        },
        giveBack: (ms) => sleep(ms, undefined, { signal: intake.closing }).catch(() => undefined),
      });
    }
  }

  async function join(): Promise<void> {
    for (let attempt = 1; !intake.closing.aborted; attempt += 1) {
      try {
        return await consumer.start();
      } catch (error) {
        intake.trouble(error);
        const { closing: signal } = intake;
        await sleep(retry.delayAfter(attempt, notJoined), undefined, { signal }).catch(() => undefined);
      }
    }
  }

  intake.closing.addEventListener('abort', () => consumer.pause());
  return {
    start() {
      starting = join();
    },
    async close() {
      await starting;
      await consumer.stop();
    },
  };
}

const never = new Promise<void>(() => undefined);
