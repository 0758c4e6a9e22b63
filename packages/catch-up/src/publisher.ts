import { type NotificationSource, notificationHeaders } from '@pipeline/service-kit';
import type { ProducerMessage, ProducerQueue } from '@pipeline/streams/kafka';
import type { Pacer } from './pacer.ts';
import type { CaughtUp } from './source.ts';

export interface CatchUpPublisherOptions {
  readonly producer: Pick<ProducerQueue, 'send'>;
  /** Deployed name of the topic that pushes land in. */
  readonly topic: string;
  readonly source: NotificationSource;
  /** name@version */
  readonly identity: string;
  readonly pacer: Pacer;
  /** Messages that are sent at once, at most: what comes live meanwhile waits no longer than for these. */
  readonly chunk: number;
  /** May this process still write? Asked before each chunk. @throws when not. */
  readonly check: () => void;
  readonly signal: AbortSignal;
}

/** Writes notifications into the topic of the pushes, as pushes of them, but with another origin. */
export const createCatchUpPublisher =
  (options: CatchUpPublisherOptions) =>
  async (notifications: readonly CaughtUp[]): Promise<void> => {
    const { producer, pacer, chunk, check, signal } = options;
    for (let from = 0; from < notifications.length; from += chunk) {
      const together = notifications.slice(from, from + chunk);
      await pacer.take(together.length, signal);
      check();
      await producer.send(together.map((each) => toMessage(each, options)));
    }
  };

function toMessage(
  { key, value }: CaughtUp,
  { topic, source, identity }: Pick<CatchUpPublisherOptions, 'topic' | 'source' | 'identity'>,
): ProducerMessage {
  const headers = notificationHeaders({ source, origin: 'catch-up', producer: identity, time: new Date() });
  return { topic, key, value, headers };
}
