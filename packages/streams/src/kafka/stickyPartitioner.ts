import type { ICustomPartitioner, Message } from 'kafkajs';
import { Partitioners } from './kafkajs/index.ts';

export interface StickyPartitioner {
  readonly create: ICustomPartitioner;
  /** Where the message was sent, once it was. */
  partitionOf(message: Message): number | undefined;
  /** From now on the producer's attempts fail instead of reaching the broker. */
  close(): void;
}

/**
 * kafkajs' own partitioner (the partition given, else murmur2 of the key, else in turn), asked once for each message.
 * kafkajs asks again at each of its retries: a message without key would go to another partition under the sequence
 * number of the first try, and the broker would drop what comes after it there as a duplicate.
 */
export function createStickyPartitioner(): StickyPartitioner {
  const chosen = new WeakMap<Message, number>();
  let closed = false;
  return {
    create: () => {
      const choose = Partitioners.DefaultPartitioner();
      return (args) => {
        if (closed) throw Object.assign(new Error('This producer was given up.'), { retriable: false });
        const partition = chosen.get(args.message) ?? choose(args);
        chosen.set(args.message, partition);
        return partition;
      };
    },
    partitionOf: (message) => chosen.get(message),
    close() {
      closed = true;
    },
  };
}
