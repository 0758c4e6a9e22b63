import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import type { Intake, PullSource } from '../pullSource.ts';

/** Of Azure's client what is needed. */
export interface ServiceBusQueue {
  readonly receiver: Pick<ServiceBusReceiver, 'subscribe' | 'completeMessage' | 'abandonMessage'>;
  /** Ends the connection. */
  close(): Promise<void>;
}

export interface ServiceBusSourceOptions {
  readonly intake: Intake;
  readonly queue: ServiceBusQueue;
  readonly maxMessages: number;
  readonly maxBytes: number;
}

/** What the standard tier lets a message have; in the premium tier an administrator can allow more. */
const MESSAGE_BYTES = 256 * 1_024;
/** As long as the client keeps the lock of what is in hand. */
const LOCK_MS = 3_600_000;

/** Loads Azure's client. */
export async function openServiceBusQueue({
  connectionString,
  entity,
}: {
  readonly connectionString: string;
  /** Name of a queue, or <topic>/subscriptions/<name>. */
  readonly entity: string;
}): Promise<ServiceBusQueue> {
  const { ServiceBusClient } = await import('@azure/service-bus');
  const client = new ServiceBusClient(connectionString);
  const [first = '', second] = entity.split(/\/subscriptions\//i);
  // The client would parse JSON, and what lands are the sender's bytes.
  const options = {
    receiveMode: 'peekLock',
    skipParsingBodyAsJson: true,
    maxAutoLockRenewalDurationInMs: LOCK_MS,
  } as const;
  const receiver =
    second === undefined ? client.createReceiver(first, options) : client.createReceiver(first, second, options);
  return { receiver, close: () => client.close() };
}

/**
 * A queue of Azure Service Bus, or a subscription of a topic, in peek-lock mode: the message is completed once it has landed. The
 * client keeps the lock meanwhile and reconnects by itself.
 */
export function createServiceBusSource({
  intake,
  queue: { receiver, close },
  maxMessages,
  maxBytes,
}: ServiceBusSourceOptions): PullSource {
  let subscription: { close(): Promise<void> } | undefined;
  let ending: Promise<unknown> = Promise.resolve();

  const take = (message: ServiceBusReceivedMessage): Promise<void> =>
    intake.take({
      body: toBytes(message.body),
      acknowledge: () => receiver.completeMessage(message),
      // Abandoned, it would be there again at once.
      async giveBack(ms) {
        await sleep(ms, undefined, { signal: intake.closing }).catch(() => undefined);
        await receiver.abandonMessage(message);
      },
    });

  intake.closing.addEventListener('abort', () => {
    ending = subscription?.close() ?? Promise.resolve();
    ending.catch(() => undefined);
  });
  return {
    start() {
      subscription = receiver.subscribe(
        {
          async processMessage(message) {
            intake.trouble(undefined);
            await take(message);
          },
          processError({ error, errorSource }) {
            if (errorSource === 'receive') intake.trouble(error);
            else intake.failed('put-off', error);
            return Promise.resolve();
          },
        },
        {
          autoCompleteMessages: false,
          maxConcurrentCalls: Math.max(1, Math.min(maxMessages, Math.floor(maxBytes / MESSAGE_BYTES))),
        },
      );
      // It reports failures only: until one it counts as read.
      intake.trouble(undefined);
    },
    async close() {
      await ending;
      await close();
    },
  };
}

/** Bytes as they were sent; a sender that used another type of body than bytes gets the text of it landed. */
function toBytes(body: unknown): Buffer {
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return Buffer.from(typeof body === 'string' ? body : (JSON.stringify(body) ?? ''));
}
