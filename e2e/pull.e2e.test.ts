import { once } from 'node:events';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { placeOrders, type Sandbox } from '@pipeline/sandbox';
import { createTopics, startElasticMq, testPrefix } from '@pipeline/sandbox/testing';
import { createKafka, createProducerQueue } from '@pipeline/streams/kafka';
import { describe, expect, inject, it } from 'vitest';
import { expectArrival } from './arrival.ts';
import { withSandbox } from './withSandbox.ts';

const COUNT = 40;

/** Where notifications of commercetools go instead of to ingest-ct, which fetches them from there. */
interface Queue {
  readonly settings: Readonly<Record<string, string>>;
  put(body: Buffer): Promise<void>;
  /** Messages that ingest-ct has not acknowledged. */
  left(): Promise<number>;
  close(): Promise<void>;
}

async function openSqs(): Promise<Queue> {
  const sqs = await startElasticMq(['orders'], { env: process.env, log: () => undefined });
  return {
    settings: {
      CT_PULL_TRANSPORTS: 'sqs',
      SQS_QUEUE_URL: sqs.queueUrl('orders'),
      SQS_ENDPOINT: sqs.endpoint,
      SQS_REGION: 'elasticmq',
      SQS_VISIBILITY_MS: '5s',
      AWS_ACCESS_KEY_ID: 'key-of-the-test',
      AWS_SECRET_ACCESS_KEY: 'secret-of-the-test',
    },
    // As SNS puts it there without raw delivery.
    put: (body) => sqs.send('orders', JSON.stringify({ Type: 'Notification', Message: body.toString() })),
    async left() {
      const { visible, hidden } = await sqs.count('orders');
      return visible + hidden;
    },
    close: () => sqs.stop(),
  };
}

async function openKafka(): Promise<Queue> {
  const brokers = inject('brokers');
  const name = `${testPrefix()}confluent`;
  const kafka = createKafka({ brokers, clientId: 'pull-e2e' });
  const producer = createProducerQueue({ kafka });
  const admin = kafka.admin();
  await admin.connect();
  await createTopics(kafka, [{ topic: name, numPartitions: 2, replicationFactor: 1 }]);
  return {
    settings: {
      CT_PULL_TRANSPORTS: 'kafka',
      CT_SOURCE_KAFKA_BROKERS: brokers.join(','),
      CT_SOURCE_KAFKA_TOPIC: name,
      CT_SOURCE_KAFKA_GROUP: name,
    },
    // commercetools has one key for all orders.
    put: (value) => producer.send([{ topic: name, key: 'all', value, headers: {} }]),
    async left() {
      const ends = await admin.fetchTopicOffsets(name);
      const [{ partitions = [] } = {}] = await admin.fetchOffsets({ groupId: name, topics: [name] });
      const done = partitions.reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
      return ends.reduce((sum, { high }) => sum + Number(high), -done);
    },
    async close() {
      await producer.close();
      await admin.deleteTopics({ topics: [name] });
      await admin.deleteGroups([name]).catch(() => undefined);
      await admin.disconnect();
    },
  };
}

/** Takes pushes on the port that ingest-ct has no use for. */
async function openBridge({ addresses }: Sandbox, queue: Queue) {
  const server = createServer((request, response) => {
    buffer(request)
      .then((body) => queue.put(body))
      .then(
        () => response.writeHead(200).end(),
        () => response.writeHead(503).end(),
      );
  });
  server.listen(addresses.ports['ingest-ct'].http, '127.0.0.1');
  await once(server, 'listening');
  return async () => {
    server.close();
    server.closeAllConnections();
  };
}

describe('what is fetched instead of pushed', () => {
  it.each([
    ['SQS', openSqs],
    ['a topic of another Kafka', openKafka],
  ])('brings every order from %s to its end, once, though the process dies in between', async (_name, open) => {
    const queue = await open();
    try {
      const overridesByService = { 'ingest-ct': { ROLES: 'pull,normalise', ...queue.settings } };
      await withSandbox({ overridesByService, duplicateWebhooks: 0.2, uniqueness: false }, async (sandbox) => {
        const close = await openBridge(sandbox, queue);
        try {
          const [first] = await Promise.all([
            placeOrders(sandbox, { count: COUNT / 2, perSecond: 10, run: 'PULL-A' }),
            sandbox.services['ingest-ct'].kill(),
          ]);
          await sandbox.services['ingest-ct'].start();
          const second = await placeOrders(sandbox, { count: COUNT / 2, perSecond: 20, run: 'PULL-B' });
          await expectArrival(sandbox, [...first, ...second]);
          await expect.poll(queue.left).toBe(0);
        } finally {
          await close();
        }
      });
    } finally {
      await queue.close();
    }
  });
});
