import { topics } from '@pipeline/schemas';
import { Kafka, logLevel } from 'kafkajs';
import { expect, test } from 'vitest';
import { createTcpProxy, PRODUCE, proxySocketFactory } from './tcpProxy.ts';
import { withTopics } from './testTopics.ts';

test('a real client works through it, and every second produce answer is lost after the broker has the record', async () => {
  await withTopics({ topics: [topics.fulfillmentLinks], partitions: 1 }, async ({ brokers, nameOf }) => {
    const [target] = brokers as [string];
    const proxy = await createTcpProxy({ target });
    const client = (through?: string) =>
      new Kafka({
        brokers,
        logLevel: logLevel.NOTHING,
        retry: { retries: 0 },
        ...(through ? { socketFactory: proxySocketFactory(through) } : {}),
      });
    const topic = nameOf(topics.fulfillmentLinks);
    const outcomes: string[] = [];
    const producer = client(proxy.address).producer({ retry: { retries: 0 } });
    proxy.cutEveryNthResponse(PRODUCE, 2);
    try {
      for (let n = 0; n < 6; n++) {
        await producer.connect();
        const sent = producer.send({ topic, messages: [{ key: String(n), value: 'x' }] });
        outcomes.push(
          await sent.then(
            () => 'acknowledged',
            () => 'unknown',
          ),
        );
      }
    } finally {
      await producer.disconnect();
      await proxy.close();
    }

    expect(outcomes).toEqual(['acknowledged', 'unknown', 'acknowledged', 'unknown', 'acknowledged', 'unknown']);
    expect(proxy.cuts).toBe(3);
    const admin = client().admin();
    await admin.connect();
    const [end] = await admin.fetchTopicOffsets(topic);
    await admin.disconnect();
    expect(end?.high).toBe('6');
  });
});
