import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientConfig, Message, Subscription } from '@google-cloud/pubsub';
import { createRetryPolicy, PipelineError } from '@pipeline/streams';
import type { Intake, PullSource } from '../pullSource.ts';

export interface PubSubSourceOptions {
  readonly intake: Intake;
  /** projects/<project>/subscriptions/<name> */
  readonly subscription: string;
  /** host:port; a loopback address is spoken to without TLS and sign-in. (Default: Google's) */
  readonly endpoint?: string | undefined;
  readonly maxMessages: number;
  readonly maxBytes: number;
  /** For what is in hand to be acknowledged at the end. */
  readonly graceMs: number;
  /** First pause after a subscription broke, doubled with each. (Default: 1,000) */
  readonly retryMs?: number;
}

/** Milliseconds after which a stream that did not break counts as read. */
const STANDS_MS = 5_000;
const broken = new PipelineError('transient', 'subscription-broken', 'A subscription of Pub/Sub was not read.');

/**
 * A pull subscription of Google Pub/Sub by streaming pull. Google's client keeps the bounds, extends the deadlines of what
 * is in hand (up to an hour), and reconnects by itself after what passes; after anything else (no such subscription, no right)
 * the stream is opened anew here. Signs in with Google's application default credentials.
 */
export async function createPubSubSource(options: PubSubSourceOptions): Promise<PullSource> {
  const { intake, subscription: name, endpoint, maxMessages, maxBytes, graceMs, retryMs = 1_000 } = options;
  const { PubSub, Duration, StatusError } = await import('@google-cloud/pubsub');
  const client = new PubSub(toClientConfig(name, endpoint));
  const retry = createRetryPolicy({ baseMs: retryMs, capMs: 30_000 });
  let open: Subscription | undefined;
  let ending: Promise<unknown> = Promise.resolve();
  let failures = 0;

  async function take(message: Message): Promise<void> {
    failures = 0;
    intake.trouble(undefined);
    await intake.take({
      body: message.data,
      // Where delivery is exactly once this waits for the answer; elsewhere nobody is told one.
      acknowledge: async () => void (await message.ackWithResponse()),
      async giveBack(ms) {
        await sleep(ms, undefined, { signal: intake.closing }).catch(() => undefined);
        await message.nackWithResponse();
      },
    });
  }

  function read(): void {
    const reading = client.subscription(name, {
      flowControl: { maxMessages, maxBytes, allowExcessMessages: false },
      closeOptions: { behavior: 'WAIT', timeout: Duration.from({ millis: graceMs }) },
    });
    open = reading;
    // That a stream was opened is not told, only that it broke.
    const standing = setTimeout(() => intake.trouble(undefined), STANDS_MS);
    // What the client tries again by itself; before each `error`, too.
    reading.on('debug', ({ error }: { readonly error?: unknown }) => {
      setImmediate(() => {
        if (error === undefined || open !== reading) return;
        intake.failed(error instanceof StatusError ? 'read' : 'acknowledge', error);
      });
    });
    reading.on('error', (error) => {
      if (open !== reading) return;
      open = undefined;
      clearTimeout(standing);
      intake.trouble(error);
      void again(reading);
    });
    reading.on('close', () => clearTimeout(standing));
    reading.on('message', (message: Message) => void take(message));
  }

  async function again(reading: Subscription): Promise<void> {
    failures += 1;
    await reading.close().catch((error: unknown) => intake.failed('read', error));
    await sleep(retry.delayAfter(failures, broken), undefined, { signal: intake.closing }).catch(() => undefined);
    if (!intake.closing.aborted) read();
  }

  intake.closing.addEventListener('abort', () => {
    // Nothing comes any more; what is in hand can still be acknowledged.
    ending = open?.close() ?? Promise.resolve();
    ending.catch(() => undefined);
  });
  return {
    start: read,
    async close() {
      await ending;
      await client.close();
    },
  };
}

function toClientConfig(subscription: string, endpoint: string | undefined): ClientConfig {
  const [, projectId = ''] = subscription.split('/');
  return {
    projectId,
    ...(endpoint !== undefined && { apiEndpoint: endpoint }),
    emulatorMode: endpoint !== undefined && /^(?:127\.0\.0\.1|localhost):/.test(endpoint),
  };
}
