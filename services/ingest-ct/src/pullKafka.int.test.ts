import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { topics } from '@pipeline/schemas';
import { createKafka, createProducerQueue } from '@pipeline/streams/kafka';
import { afterEach, expect, test } from 'vitest';
import { createTopics, type TestTopics, withTopics } from '../../../sandbox/src/testing/index.ts';
import { killPrograms, landed, startService } from './testing/ingestProgram.ts';

afterEach(killPrograms);

/** Stands for the topic that commercetools writes to in a cluster of its own; gone afterwards. */
async function withSource(use: (source: Source) => Promise<void>): Promise<void> {
  await withTopics({ topics: [topics.commercetoolsNotifications] }, async (kafka) => {
    const client = createKafka({ brokers: kafka.brokers, clientId: 'source-test' });
    const admin = client.admin();
    const producer = createProducerQueue({ kafka: client });
    const topic = `${kafka.prefix}orders`;
    const group = `${kafka.prefix}reader`;
    await admin.connect();
    try {
      await createTopics(client, [{ topic, numPartitions: 3, replicationFactor: 1 }]);
      await use({
        kafka,
        topic,
        env: {
          ROLES: 'pull',
          KAFKA_SESSION_TIMEOUT_MS: '6s',
          CT_PULL_TRANSPORTS: 'kafka',
          CT_SOURCE_KAFKA_BROKERS: kafka.brokers.join(','),
          CT_SOURCE_KAFKA_TOPIC: topic,
          CT_SOURCE_KAFKA_GROUP: group,
        },
        // The key is a constant of the subscription, not the order.
        write: (values) => producer.send(values.map((value) => ({ topic, key: 'fixed', value, headers: {} }))),
        async lag() {
          const ends = await admin.fetchTopicOffsets(topic);
          const [{ partitions = [] } = {}] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
          const committed = new Map(
            partitions.map(({ partition, offset }) => [partition, Math.max(0, Number(offset))]),
          );
          return ends.reduce((sum, { partition, high }) => sum + Number(high) - (committed.get(partition) ?? 0), 0);
        },
      });
    } finally {
      await producer.close();
      await admin.deleteTopics({ topics: [topic] });
      await admin.deleteGroups([group]).catch(() => undefined);
      await admin.disconnect();
    }
  });
}

interface Source {
  readonly kafka: TestTopics;
  readonly topic: string;
  readonly env: Readonly<Record<string, string>>;
  write(values: readonly (Buffer | null)[]): Promise<void>;
  /** Messages behind the committed offsets. */
  lag(): Promise<number>;
}

const notification = (id: string) =>
  Buffer.from(JSON.stringify({ notificationType: 'Message', id, resource: { typeId: 'order', id: `order-${id}` } }));
const started = 'pulling notifications';
const keys = async (kafka: TestTopics) => (await landed(kafka)).map(({ key }) => key).sort();

test('a topic of another cluster lands under the keys of its orders, and is committed then', async () => {
  await withSource(async ({ kafka, env, write, lag }) => {
    const values = Array.from({ length: 50 }, (_, n) => notification(`${n}`));
    await write([...values, Buffer.from('{"cut'), null]);
    const { program, opsUrl } = await startService(kafka, env, started);
    await expect.poll(lag, { timeout: 50_000 }).toBe(0);
    const messages = await landed(kafka);
    const text = (value: Buffer | string) => value.toString();
    expect(messages.map(({ value }) => value).sort()).toEqual([...values.map(text), '{"cut', ''].sort());
    for (const { key, value } of messages) expect(key).toBe(/"id":"(order-\d+)"/.exec(value)?.[1] ?? null);
    await expect.poll(async () => (await fetch(`${opsUrl}/readyz`)).status, { timeout: 30_000 }).toBe(200);

    const ended = once(program, 'exit');
    program.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    await write([notification('later')]);
    expect(await lag()).toBe(1);
  });
});

test('a process that dies between landing and committing has committed nothing, and it comes again', async () => {
  await withSource(async ({ kafka, env, write, lag }) => {
    await write([notification('a')]);
    const { program } = await startService(kafka, { ...env, FAILPOINT: 'ingest.afterProduce:kill@1' }, started);
    if (program.signalCode === null) await once(program, 'exit');
    expect(await lag()).toBe(1);
    await startService(kafka, env, started);
    await expect.poll(lag, { timeout: 100_000 }).toBe(0);
    expect(await keys(kafka)).toEqual(['order-a', 'order-a']);
  });
});

test('what our Kafka did not take is tried again', async () => {
  await withSource(async ({ kafka, env, write, lag }) => {
    await write(Array.from({ length: 8 }, (_, n) => notification(`${n}`)));
    const failures = 'ingest.beforeProduce:throw@1,ingest.beforeProduce:throw@3';
    const { opsUrl } = await startService(kafka, { ...env, FAILPOINT: failures }, started);
    await expect.poll(lag, { timeout: 50_000 }).toBe(0);
    expect(await keys(kafka)).toEqual(Array.from({ length: 8 }, (_, n) => `order-${n}`));
    const metrics = await (await fetch(`${opsUrl}/metrics`)).text();
    expect(metrics).toMatch(/pipeline_notifications_rejected_total\{[^}]*reason="publish-failed"[^}]*\} 2\n/);
  });
});

test('nothing is committed beyond a message that has not landed', async () => {
  await withSource(async ({ kafka, env, write, lag }) => {
    await write(Array.from({ length: 4 }, (_, n) => notification(`${n}`)));
    const { program } = await startService(
      kafka,
      { ...env, FAILPOINT: 'ingest.beforeProduce:pause:9999999@key=order-0' },
      started,
    );
    await expect.poll(() => keys(kafka), { timeout: 50_000 }).toEqual(['order-1', 'order-2', 'order-3']);
    // More than one interval of commits.
    await sleep(2_500);
    expect(await lag()).toBe(4);
    const ended = once(program, 'exit');
    program.kill('SIGKILL');
    await ended;
    await startService(kafka, env, started);
    await expect.poll(lag, { timeout: 60_000 }).toBe(0);
    expect(new Set(await keys(kafka)).size).toBe(4);
  });
});

test('with little in hand at a time all of it lands, too', async () => {
  await withSource(async ({ kafka, env, write, lag }) => {
    const ids = Array.from({ length: 300 }, (_, n) => `${n}`);
    await write(ids.map(notification));
    await startService(kafka, { ...env, PULL_MAX_MESSAGES: '2', PULL_MAX_BYTES: '300' }, started);
    await expect.poll(lag, { timeout: 55_000 }).toBe(0);
    expect(await keys(kafka)).toEqual(ids.map((id) => `order-${id}`).sort());
  });
});

test('a topic that is not there makes it not ready, with the reason', async () => {
  await withSource(async ({ kafka, env }) => {
    const missing = { ...env, CT_SOURCE_KAFKA_TOPIC: `${kafka.prefix}missing` };
    const { opsUrl } = await startService(kafka, missing, started);
    const reasons = async () => (await fetch(`${opsUrl}/readyz`)).text();
    await expect.poll(reasons, { timeout: 50_000 }).toMatch(/the source kafka cannot be read: .*(?:topic|host)/i);
    const response = await fetch(`${opsUrl}/readyz`);
    expect(response.status).toBe(503);
  });
});
