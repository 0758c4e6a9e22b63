import type { Broker } from '@pipeline/sandbox';
import { createKafka } from '@pipeline/streams/kafka';
import { type Bits, createBits } from './bits.ts';
import { fromOrderId } from './httpDelivery.ts';

export interface Landed {
  /** By load: the numbers that are in the topic. */
  readonly byLoad: readonly Bits[];
  readonly records: number;
}

/** Reads the whole topic; `group` is left behind nowhere. */
export async function readLanded(broker: Broker, topic: string, group: string): Promise<Landed> {
  const kafka = createKafka({ ...broker, clientId: 'bench' });
  const admin = kafka.admin();
  await admin.connect();
  const ends = new Map((await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, BigInt(high)]));
  const left = new Set([...ends].filter(([, end]) => end > 0n).map(([partition]) => partition));
  const byLoad = Array.from({ length: 16 }, () => createBits());
  const finished = Promise.withResolvers<void>();
  if (left.size === 0) finished.resolve();
  let records = 0;
  const consumer = kafka.consumer({ groupId: group, maxBytesPerPartition: 8 * 2 ** 20, maxBytes: 32 * 2 ** 20 });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: ({ batch: { messages, partition } }) => {
        for (const { key } of messages) {
          records += 1;
          const from = fromOrderId(key?.toString() ?? '');
          if (from) byLoad[from.load]?.add(from.number);
        }
        const last = messages.at(-1);
        if (last && BigInt(last.offset) + 1n >= (ends.get(partition) ?? 0n)) left.delete(partition);
        if (left.size === 0) finished.resolve();
        return Promise.resolve();
      },
    });
    await finished.promise;
    return { byLoad, records };
  } finally {
    await consumer.disconnect();
    await admin.deleteGroups([group]).catch(() => undefined);
    await admin.disconnect();
  }
}
