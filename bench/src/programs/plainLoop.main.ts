/**
 * What a consumer without our engine does: kafkajs' `eachMessage`, every partition at the same time, one POST for each
 * message.
 */
import { PARTITIONS, topics } from '@pipeline/schemas';
import { kafkaSettings, opsSettings, runWithSettings, toConnections } from '@pipeline/service-kit';
import { createKafka } from '@pipeline/streams/kafka';
import { Agent, request } from 'undici';

const url = process.env['POST_URL'] ?? '';
const body = JSON.stringify({ tenantOrderId: 'plain', filler: 'x'.repeat(Number(process.env['POST_BYTES'])) });

await runWithSettings({
  definitions: { ...kafkaSettings, ...opsSettings },
  async run(config) {
    const kafka = createKafka({ ...toConnections(config), clientId: 'plain-loop' });
    const consumer = kafka.consumer({ groupId: `${config.GROUP_PREFIX}plain-loop` });
    const dispatcher = new Agent({ connections: PARTITIONS });
    const headers = { 'content-type': 'application/json' };
    process.once('SIGTERM', () => void consumer.disconnect().finally(() => process.exit()));
    await consumer.connect();
    await consumer.subscribe({ topics: [`${config.TOPIC_PREFIX}${topics.commerceOrders.name}`], fromBeginning: true });
    await consumer.run({
      partitionsConsumedConcurrently: PARTITIONS,
      eachMessage: async () => {
        const answer = await request(url, { method: 'POST', headers, body, dispatcher });
        await answer.body.text();
      },
    });
  },
});
