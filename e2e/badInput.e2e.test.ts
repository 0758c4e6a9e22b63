import { placeOrders, type Sandbox } from '@pipeline/sandbox';
import { deadLetterTopics, PARTITIONS, topics } from '@pipeline/schemas';
import { describe, expect, it } from 'vitest';
import { expectArrival } from './arrival.ts';
import { findPrivate } from './privacy.ts';
import { withSandbox } from './withSandbox.ts';

const landingTopics = [topics.commercetoolsNotifications.name, topics.fulfillmenttoolsNotifications.name];
const personal = 'erika.mustermann@example.com';

async function post(url: string, body: string, headers: Record<string, string>): Promise<number> {
  const response = await fetch(url, { method: 'POST', body, headers });
  await response.text();
  return response.status;
}

const bearer = (secret: string) => ({ authorization: `Bearer ${secret}`, 'content-type': 'application/json' });

const written = ({ kafka }: Sandbox) => Promise.all(landingTopics.map((topic) => kafka.written(topic)));

describe('bad input', () => {
  it('is turned away, buried with its reason or ignored, and the orders that come after it arrive', async () => {
    await withSandbox({ overrides: { LOG_LEVEL: 'debug' } }, async (sandbox) => {
      await refusesWrongSecrets(sandbox);
      await ignoresWhatIsOfNoInterest(sandbox);
      await buriesMalformedNotifications(sandbox);
      await buriesUndecodableRecords(sandbox);
      const placed = await placeOrders(sandbox, { count: 2 * PARTITIONS, perSecond: 40, run: 'AFTER' });
      await expectArrival(sandbox, placed, { deadLetters: 2 + 2 * PARTITIONS });
    });
  });
});

async function refusesWrongSecrets(sandbox: Sandbox): Promise<void> {
  const { commercetools, fulfillmenttools, secrets } = sandbox.ingest;
  await expect.poll(() => sandbox.commercetools.testStatuses()).toEqual([200]);
  const before = await written(sandbox);
  const body = JSON.stringify({ notificationType: 'Message', email: personal });
  for (const url of [commercetools, fulfillmenttools]) {
    for (const headers of [{}, bearer('wrong'), bearer(`${secrets.commercetools}x`), bearer('')]) {
      expect(await post(url, body, headers)).toBe(401);
    }
    expect(await post(`${url}?token=wrong`, body, {})).toBe(401);
  }
  // Each endpoint has a secret of its own, and fulfillmenttools can set headers.
  expect(await post(commercetools, body, bearer(secrets.fulfillmenttools))).toBe(401);
  expect(await post(fulfillmenttools, body, bearer(secrets.commercetools))).toBe(401);
  expect(await post(`${fulfillmenttools}?token=${secrets.fulfillmenttools}`, body, {})).toBe(401);
  expect(await written(sandbox)).toEqual(before);
}

async function ignoresWhatIsOfNoInterest(sandbox: Sandbox): Promise<void> {
  const { commercetools, fulfillmenttools, secrets } = sandbox.ingest;
  const product = {
    notificationType: 'Message',
    projectKey: 'sandbox',
    id: 'message-1',
    version: 1,
    sequenceNumber: 1,
    resource: { typeId: 'product', id: 'product-1' },
    resourceVersion: 1,
    type: 'ProductPublished',
  };
  expect(await post(commercetools, JSON.stringify(product), bearer(secrets.commercetools))).toBe(200);
  expect(await post(`${commercetools}?token=${secrets.commercetools}`, JSON.stringify(product), {})).toBe(200);
  const facility = { event: 'FACILITY_DELETED', eventId: 'event-1', payload: 'facility-1' };
  expect(await post(fulfillmenttools, JSON.stringify(facility), bearer(secrets.fulfillmenttools))).toBe(200);
  // Two of a product, and the one with which the subscription was tried.
  await expect.poll(() => ignored(sandbox, 'ingest-ct')).toBe(3);
  await expect.poll(() => ignored(sandbox, 'ingest-fft')).toBe(1);
  expect(await sandbox.kafka.deadLetters()).toBe(0);
  expect(await sandbox.kafka.written(topics.commerceOrders.name)).toBe(0);
}

async function ignored({ services }: Sandbox, name: 'ingest-ct' | 'ingest-fft'): Promise<number> {
  const metrics = await (await fetch(`${services[name].opsUrl}/metrics`)).text();
  return metrics
    .split('\n')
    .filter((line) => line.startsWith('pipeline_notifications_ignored_total{'))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

async function buriesMalformedNotifications(sandbox: Sandbox): Promise<void> {
  const { commercetools, fulfillmenttools, secrets } = sandbox.ingest;
  const before = await written(sandbox);
  const sent = `{"notificationType":"Message","email":"${personal}`;
  const endpoints = [
    {
      url: commercetools,
      secret: secrets.commercetools,
      letters: deadLetterTopics['ingest-ct'],
      source: topics.commercetoolsNotifications,
    },
    {
      url: fulfillmenttools,
      secret: secrets.fulfillmenttools,
      letters: deadLetterTopics['ingest-fft'],
      source: topics.fulfillmenttoolsNotifications,
    },
  ];
  for (const { url, secret, letters, source } of endpoints) {
    expect(await post(url, sent, { ...bearer(secret), 'content-type': 'text/plain' })).toBe(200);
    await expect.poll(() => sandbox.kafka.written(letters.name)).toBe(1);
    const [letter] = await sandbox.kafka.messages(letters.name);
    expect(letter?.value?.toString()).toBe(sent);
    expect(letter?.headers).toMatchObject({
      'content-type': 'text/plain',
      'dlq.original-topic': `${sandbox.topicPrefix}${source.name}`,
      'dlq.original-offset': expect.stringMatching(/^\d+$/),
      'dlq.error-class': 'permanent',
      'dlq.error-code': expect.stringContaining('malformed'),
      'dlq.error-message': expect.stringContaining('JSON'),
      'dlq.stage': 'deserialize',
      'dlq.attempts': '1',
      'dlq.service': expect.stringMatching(/@/),
    });
    expect(findPrivate(JSON.stringify(letter?.headers), sandbox)).toEqual([]);
  }
  expect(await written(sandbox)).toEqual(before.map((count) => count + 1));
}

/** One into every partition: no order that comes later can go round it. */
async function buriesUndecodableRecords(sandbox: Sandbox): Promise<void> {
  const unknownSchema = Buffer.concat([Buffer.of(0, 0x7f, 0xff, 0xff, 0xf0), Buffer.from(personal)]);
  const noAvro = Buffer.from(JSON.stringify({ email: personal }));
  const messages = Array.from({ length: PARTITIONS }, (_, partition) => ({
    partition,
    key: `order-${partition}`,
    value: partition % 2 === 0 ? unknownSchema : noAvro,
  }));
  const readers = [
    { source: topics.commerceOrders, letters: deadLetterTopics['order-router'] },
    { source: topics.fulfillmentEvents, letters: deadLetterTopics['status-writer'] },
  ];
  for (const { source } of readers) await sandbox.kafka.produce(source.name, messages);
  for (const { source, letters } of readers) {
    await expect.poll(() => sandbox.kafka.written(letters.name)).toBe(PARTITIONS);
    const found = (await sandbox.kafka.messages(letters.name)).sort(
      (a, b) => Number(a.headers['dlq.original-partition']) - Number(b.headers['dlq.original-partition']),
    );
    expect(found.map(({ key, value }) => ({ key, value }))).toEqual(messages.map(({ key, value }) => ({ key, value })));
    for (const [partition, { headers }] of found.entries()) {
      expect(headers).toMatchObject({
        'dlq.original-topic': `${sandbox.topicPrefix}${source.name}`,
        'dlq.original-partition': String(partition),
        'dlq.error-class': 'permanent',
        'dlq.error-code': partition % 2 === 0 ? 'unknown-schema-id' : 'undecodable',
        'dlq.stage': 'deserialize',
      });
      expect(findPrivate(JSON.stringify(headers), sandbox)).toEqual([]);
    }
  }
}
