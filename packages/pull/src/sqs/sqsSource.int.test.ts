import { createPublish, landBody } from '@pipeline/landing';
import { topics } from '@pipeline/schemas';
import { createKafka, createProducerQueue } from '@pipeline/streams/kafka';
import { expect, onTestFinished, test, vi } from 'vitest';
import {
  createTcpProxy,
  proxySocketFactory,
  startElasticMq,
  withTopics,
} from '../../../../sandbox/src/testing/index.ts';
import { startIntake } from '../testing/intake.ts';
import { openSqsQueue } from './sqsQueue.ts';
import { createSqsSource } from './sqsSource.ts';

test('while the brokers are away nothing is deleted, and all of it lands once they are back', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key-of-the-test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret-of-the-test');
  const sqs = await startElasticMq(['outage'], { env: process.env, log: () => undefined });
  onTestFinished(() => sqs.stop());
  await withTopics({ topics: [topics.commercetoolsNotifications] }, async ({ brokers, nameOf }) => {
    const proxy = await createTcpProxy({ target: brokers[0] ?? '' });
    const kafka = createKafka({ brokers, clientId: 'test', socketFactory: proxySocketFactory(proxy.address) });
    const producer = createProducerQueue({ kafka, deliveryTimeoutMs: 2_000 });
    await producer.connect();
    const options = {
      publish: createPublish(producer, nameOf(topics.commercetoolsNotifications)),
      source: 'commercetools',
      producer: 'test@1',
    } as const;
    const toRecords = (value: Buffer) => [{ key: value.toString(), value, id: null }];
    const { intake, heard } = startIntake((text) => landBody({ toRecords, body: Buffer.from(text) }, options), {
      retry: { delayAfter: () => 500 },
    });
    const queue = await openSqsQueue({
      queueUrl: sqs.queueUrl('outage'),
      region: 'elasticmq',
      endpoint: sqs.endpoint,
    });
    const source = createSqsSource({ intake, queue, visibilityMs: 6_000 });
    proxy.setReachable(false);
    for (let n = 0; n < 25; n++) await sqs.send('outage', `${n}`);
    source.start();
    const refused = () => heard.filter((what) => what === 'publish-failed').length;
    await vi.waitFor(() => expect(refused()).toBeGreaterThan(0), { timeout: 60_000 });
    expect(heard).not.toContain('acknowledged');
    const { visible, hidden } = await sqs.count('outage');
    expect(visible + hidden).toBe(25);

    proxy.setReachable(true);
    await vi.waitFor(async () => expect(await sqs.count('outage')).toEqual({ visible: 0, hidden: 0 }), {
      timeout: 60_000,
    });
    await intake.close();
    await source.close();
    expect(heard.filter((what) => what === 'acknowledged')).toHaveLength(25);
    await producer.close();
    await proxy.close();
  });
}, 180_000);
