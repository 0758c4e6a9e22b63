import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topics } from '@pipeline/schemas';
import { send } from '@pipeline/service-kit/testing';
import { createKafka } from '@pipeline/streams/kafka';
import { afterEach, expect, test } from 'vitest';
import { createTopics, type TestTopics, withTopics } from '../../../sandbox/src/testing/index.ts';
import { killPrograms, landed, nowhere, startService } from './testing/ingestProgram.ts';

afterEach(killPrograms);

const secret = 'current-secret-0123456789-0123456789';
const next = 'next-secret-0123456789-0123456789-00';
const noVendor = {
  SCHEMA_REGISTRY_URL: nowhere,
  CTP_PROJECT_KEY: 'shop',
  CTP_CLIENT_ID: 'client',
  CTP_CLIENT_SECRET: 'none',
  CTP_API_URL: nowhere,
  CTP_AUTH_URL: nowhere,
};

const post = async (url: string, bearer: string, id: string): Promise<number> => {
  const body = JSON.stringify({ notificationType: 'Message', id, resource: { typeId: 'order', id: `order-${id}` } });
  return (await send(url, { headers: { authorization: `Bearer ${bearer}` }, body })).status;
};

const keys = async (kafka: TestTopics) => (await landed(kafka)).map(({ key }) => key).sort();

const notifications = [topics.commercetoolsNotifications];

test('a process that only lands needs neither registry nor vendor nor their credentials', async () => {
  await withTopics({ topics: notifications }, async (kafka) => {
    const { program, url, opsUrl } = await startService(kafka, { ROLES: 'land', CT_PUSH_SECRET: secret });
    await expect.poll(() => post(url, secret, 'a'), { timeout: 30_000 }).toBe(200);
    await expect.poll(async () => (await fetch(`${opsUrl}/readyz`)).status, { timeout: 30_000 }).toBe(200);
    expect(await post(url, secret, 'b')).toBe(200);
    expect(await post(url, next, 'c')).toBe(401);
    expect([...new Set(await keys(kafka))]).toEqual(['order-a', 'order-b']);
    const ended = once(program, 'exit');
    program.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });
});

test('a process whose topic is deleted is not ready until the topic is there again, and then lands', async () => {
  await withTopics({ topics: notifications }, async (kafka) => {
    const { url, opsUrl } = await startService(kafka, { ROLES: 'land', CT_PUSH_SECRET: secret });
    const ready = async () => (await fetch(`${opsUrl}/readyz`)).status;
    await expect.poll(() => post(url, secret, 'a'), { timeout: 30_000 }).toBe(200);
    await expect.poll(ready, { timeout: 30_000 }).toBe(200);
    const client = createKafka({ brokers: kafka.brokers, clientId: 'test' });
    const admin = client.admin();
    await admin.connect();
    try {
      const topic = `${kafka.prefix}${topics.commercetoolsNotifications.name}`;
      await admin.deleteTopics({ topics: [topic] });
      await expect.poll(() => post(url, secret, 'b'), { timeout: 40_000 }).toBe(503);
      await expect.poll(ready, { timeout: 40_000 }).toBe(503);
      await createTopics(client, [{ topic, numPartitions: 1 }]);
      await expect.poll(ready, { timeout: 40_000 }).toBe(200);
      await expect.poll(() => post(url, secret, 'c'), { timeout: 40_000 }).toBe(200);
    } finally {
      await admin.disconnect();
    }
    expect(await keys(kafka)).toContain('order-c');
  });
}, 180_000);

test('a batch of Event Grid that the producer cannot send in one request lands, each event for itself', async () => {
  await withTopics({ topics: notifications }, async (kafka) => {
    const { url } = await startService(kafka, {
      ROLES: 'land',
      CT_PUSH_TRANSPORTS: 'eventgrid',
      CT_PUSH_SECRET: secret,
    });
    const headers = { 'x-api-key': secret };
    const push = async (body: string) => (await send(url, { headers, body })).status;
    const event = (index: number, padding: number) => ({
      ...{ specversion: '1.0', id: String(index), source: '/shop/orders', type: 'com.commercetools.order.message' },
      data: { notificationType: 'Message', id: `m-${index}`, resource: { typeId: 'order', id: `o-${index % 500}` } },
      padding: 'x'.repeat(padding),
    });
    await expect.poll(() => push(JSON.stringify([event(0, 0)])), { timeout: 30_000 }).toBe(200);
    const before = (await landed(kafka)).length;
    const largest = 1_984 * 1_024;
    // As many events as are taken apart, and events as large as there may be: 3 MiB and 2 MiB with their headers.
    const many = JSON.stringify(Array.from({ length: 2_000 }, (_, index) => event(index, 780)));
    const two = JSON.stringify([event(1, 990_000), event(2, 990_000)]);
    const one = JSON.stringify([event(3, largest - 300)]);
    for (const body of [many, two, one]) {
      expect(body.length).toBeGreaterThan(largest - 100_000);
      expect(body.length).toBeLessThanOrEqual(largest);
      expect(await push(body)).toBe(200);
    }
    expect(await push(`[${'1,'.repeat(900_000)}1]`)).toBe(200);
    const records = (await landed(kafka)).slice(before);
    expect(records).toHaveLength(2_000 + 2 + 1 + 1);
    expect(new Set(records.map(({ key }) => key)).size).toBe(500 + 1);
  });
}, 120_000);

test('a process whose normalising half can do nothing lands all the same, and is ready', async () => {
  await withTopics({ topics: notifications }, async (kafka) => {
    const { url, opsUrl, lines } = await startService(kafka, { CT_PUSH_SECRET: secret, ...noVendor });
    await expect
      .poll(() => lines.some(({ message }) => String(message).startsWith('fetching the schemas failed')), {
        timeout: 50_000,
      })
      .toBe(true);
    await expect.poll(() => post(url, secret, 'a'), { timeout: 30_000 }).toBe(200);
    await expect.poll(async () => (await fetch(`${opsUrl}/readyz`)).status, { timeout: 30_000 }).toBe(200);
    expect([...new Set(await keys(kafka))]).toEqual(['order-a']);
  });
});

test('a secret is changed without a restart, without a moment in which a sender is refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rotation-'));
  try {
    await withTopics({ topics: notifications }, async (kafka) => {
      const files = { CT_PUSH_SECRET_FILE: join(folder, 'current'), CT_PUSH_SECRET_PREVIOUS_FILE: join(folder, 'old') };
      for (const path of Object.values(files)) await writeFile(path, `${secret}\n`);
      const { url, opsUrl, lines } = await startService(kafka, { ROLES: 'land', ...files });
      await expect.poll(() => post(url, secret, 'a'), { timeout: 30_000 }).toBe(200);

      await writeFile(files.CT_PUSH_SECRET_FILE, next);
      const answers: number[] = [];
      await expect
        .poll(
          async () => {
            answers.push(await post(url, secret, 'a'));
            return post(url, next, 'b');
          },
          { timeout: 40_000, interval: 200 },
        )
        .toBe(200);
      expect(new Set(answers)).toEqual(new Set([200]));

      await writeFile(files.CT_PUSH_SECRET_PREVIOUS_FILE, next);
      await expect.poll(() => post(url, secret, 'c'), { timeout: 40_000, interval: 200 }).toBe(401);
      expect(await post(url, next, 'd')).toBe(200);

      await writeFile(files.CT_PUSH_SECRET_FILE, 'short');
      await expect
        .poll(async () => (await fetch(`${opsUrl}/metrics`)).text(), { timeout: 40_000 })
        .toContain('pipeline_secret_file_rejected{target="CT_PUSH_SECRET",service="ingest-ct"} 1');
      expect(await post(url, next, 'e')).toBe(200);
      const said = JSON.stringify(lines);
      for (const each of [secret, next, 'short"']) expect(said).not.toContain(each);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 120_000);
