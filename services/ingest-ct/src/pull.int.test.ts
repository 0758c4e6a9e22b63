import { once } from 'node:events';
import { topics } from '@pipeline/schemas';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type ElasticMq, startElasticMq, type TestTopics, withTopics } from '../../../sandbox/src/testing/index.ts';
import { killPrograms, landed, startService } from './testing/ingestProgram.ts';

/** One for each test. */
const queues = ['exact', 'malformed', 'killed', 'refused'] as const;

let sqs: ElasticMq;

beforeAll(async () => {
  sqs = await startElasticMq(queues, { env: process.env, log: (line) => process.stderr.write(`${line}\n`) });
}, 180_000);
afterAll(() => sqs.stop());
afterEach(killPrograms);

const notification = (id: string) =>
  JSON.stringify({ notificationType: 'Message', id, resource: { typeId: 'order', id: `order-${id}` }, text: 'ü “x”' });
const inSns = (Message: string) => JSON.stringify({ Type: 'Notification', MessageId: 'm', TopicArn: 'arn', Message });

const pulling = (name: (typeof queues)[number]) => ({
  ROLES: 'pull',
  CT_PULL_TRANSPORTS: 'sqs',
  SQS_QUEUE_URL: sqs.queueUrl(name),
  SQS_REGION: 'elasticmq',
  SQS_ENDPOINT: sqs.endpoint,
  AWS_ACCESS_KEY_ID: 'key-of-the-test',
  AWS_SECRET_ACCESS_KEY: 'secret-of-the-test',
});
const started = 'pulling notifications';
const notifications = { topics: [topics.commercetoolsNotifications] };
const keys = async (kafka: TestTopics) => (await landed(kafka)).map(({ key }) => key).sort();
const ready = async (opsUrl: string) => (await fetch(`${opsUrl}/readyz`)).status;
const stop = async (program: Awaited<ReturnType<typeof startService>>['program']) => {
  const ended = once(program, 'exit');
  program.kill('SIGTERM');
  return ended;
};

test('what lies in a queue lands exactly as it is, under the key of its order, and is deleted then', async () => {
  await withTopics(notifications, async (kafka) => {
    const bodies = [...Array.from({ length: 24 }, (_, n) => notification(`a${n}`)), inSns(notification('b'))];
    for (const body of bodies) await sqs.send('exact', body);
    const { program, opsUrl, lines } = await startService(kafka, pulling('exact'), started);
    await expect.poll(() => sqs.count('exact'), { timeout: 50_000 }).toEqual({ visible: 0, hidden: 0 });
    const messages = await landed(kafka);
    expect(messages.map(({ value }) => value).sort()).toEqual([...bodies].sort());
    expect(messages.find(({ value }) => value.includes('TopicArn'))?.key).toBe('order-b');
    await expect.poll(() => ready(opsUrl), { timeout: 30_000 }).toBe(200);
    const metrics = await (await fetch(`${opsUrl}/metrics`)).text();
    expect(metrics).toMatch(/pipeline_pull_acknowledged_total\{source="commercetools",target="sqs",[^}]*\} 25\n/);
    expect(await stop(program)).toEqual([0, null]);
    expect(JSON.stringify(lines)).not.toContain('secret-of-the-test');
  });
});

test('what is no notification lands as with a push, without a key, and does not come again', async () => {
  await withTopics(notifications, async (kafka) => {
    const bodies = ['{"cut', 'text', '[]', inSns('no JSON')];
    for (const body of bodies) await sqs.send('malformed', body);
    await startService(kafka, pulling('malformed'), started);
    await expect.poll(() => sqs.count('malformed'), { timeout: 50_000 }).toEqual({ visible: 0, hidden: 0 });
    const messages = await landed(kafka);
    expect(messages.map(({ value }) => value).sort()).toEqual([...bodies].sort());
    expect(new Set(messages.map(({ key }) => key))).toEqual(new Set([null]));
  });
});

test('a process that dies between landing and deleting leaves the message in the queue, and it comes again', async () => {
  await withTopics(notifications, async (kafka) => {
    await sqs.send('killed', notification('a'));
    const env = { ...pulling('killed'), SQS_VISIBILITY_MS: '3s' };
    const { program } = await startService(kafka, { ...env, FAILPOINT: 'ingest.afterProduce:kill@1' }, started);
    if (program.signalCode === null) await once(program, 'exit');
    expect(program.signalCode).toBe('SIGKILL');
    expect(await keys(kafka)).toEqual(['order-a']);
    expect(await sqs.count('killed')).toMatchObject({ hidden: 1 });

    await startService(kafka, env, started);
    await expect.poll(() => sqs.count('killed'), { timeout: 50_000 }).toEqual({ visible: 0, hidden: 0 });
    expect(await keys(kafka)).toEqual(['order-a', 'order-a']);
  });
});

test('what Kafka did not take is not deleted, and lands when it comes again', async () => {
  await withTopics(notifications, async (kafka) => {
    for (let n = 0; n < 15; n++) await sqs.send('refused', notification(`${n}`));
    const failures = Array.from({ length: 5 }, (_, n) => `ingest.beforeProduce:throw@${n + 1}`).join(',');
    const { program, opsUrl } = await startService(kafka, { ...pulling('refused'), FAILPOINT: failures }, started);
    await expect.poll(() => sqs.count('refused'), { timeout: 60_000 }).toEqual({ visible: 0, hidden: 0 });
    expect(await keys(kafka)).toEqual(Array.from({ length: 15 }, (_, n) => `order-${n}`).sort());
    const metrics = await (await fetch(`${opsUrl}/metrics`)).text();
    expect(metrics).toMatch(/pipeline_pull_received_total\{source="commercetools",target="sqs",[^}]*\} 20\n/);
    expect(metrics).toMatch(/pipeline_notifications_rejected_total\{[^}]*reason="publish-failed"[^}]*\} 5\n/);
    expect(await stop(program)).toEqual([0, null]);
  });
});
