import { setTimeout as sleep } from 'node:timers/promises';
import { createRetryPolicy, PipelineError } from '@pipeline/streams';
import type { Intake, PullSource } from '../pullSource.ts';
import { createBatcher } from './batcher.ts';
import type { SqsMessage, SqsQueue } from './sqsQueue.ts';

export interface SqsSourceOptions {
  readonly intake: Intake;
  readonly queue: SqsQueue;
  /** A message that nobody has deleted comes again after so long; put off while it is in hand. */
  readonly visibilityMs: number;
  /** Requests for messages at once. (Default: 2) */
  readonly readers?: number;
}

/** What one request may bring, take or hide. */
const BATCH = 10;
const GATHER_MS = 20;
const unreadable = new PipelineError('transient', 'queue-not-read', 'A queue was not read.');

/** Amazon SQS by long polling: hides what is in hand, deletes what has landed, ten at a time. */
export function createSqsSource({ intake, queue, visibilityMs, readers = 2 }: SqsSourceOptions): PullSource {
  const retry = createRetryPolicy({ baseMs: 1_000, capMs: 30_000 });
  const deletes = createBatcher<string>({ size: BATCH, delayMs: GATHER_MS }, (handles) => queue.delete(handles));
  const hides = createBatcher<{ handle: string; ms: number }>({ size: BATCH, delayMs: GATHER_MS }, (entries) =>
    queue.hide(entries),
  );
  const inHand = new Set<string>();
  let hiding: NodeJS.Timeout | undefined;
  let reading: Promise<unknown> = Promise.resolve();

  async function take({ handle, body }: SqsMessage): Promise<void> {
    inHand.add(handle);
    await intake.take({
      body: Buffer.from(body),
      // Putting it off ends before: it would undo the one, and fail after the other.
      acknowledge: () => {
        inHand.delete(handle);
        return deletes.add(handle);
      },
      giveBack: (ms) => {
        inHand.delete(handle);
        return hides.add({ handle, ms });
      },
    });
  }

  async function read(): Promise<void> {
    for (let failures = 0; await intake.whenOpen(); ) {
      try {
        const messages = await queue.receive(Math.min(BATCH, intake.room), visibilityMs, intake.closing);
        failures = 0;
        intake.trouble(undefined);
        for (const message of messages) void take(message);
      } catch (error) {
        intake.trouble(error);
        failures += 1;
        const signal = intake.closing;
        await sleep(retry.delayAfter(failures, unreadable), undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** Kafka may take long: what is in hand must not go to another reader meanwhile. */
  function putOff(): void {
    for (const handle of inHand)
      void hides.add({ handle, ms: visibilityMs }).catch((error: unknown) => intake.failed('put-off', error));
  }

  return {
    start() {
      hiding = setInterval(putOff, visibilityMs / 3);
      reading = Promise.all(Array.from({ length: readers }, read));
    },
    async close() {
      clearInterval(hiding);
      await reading;
      queue.close();
    },
  };
}
