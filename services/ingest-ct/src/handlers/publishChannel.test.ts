import { NOON } from '@pipeline/fulfillment/testkit';
import type { ReadChannel } from '@pipeline/platform-commercetools';
import { type CommerceChannelEvent, deadLetterTopics, topics } from '@pipeline/schemas';
import { PipelineError } from '@pipeline/streams';
import { createKeyTester, createTestClock } from '@pipeline/streams/testkit';
import { expect, test } from 'vitest';
import { createPublishChannel } from './publishChannel.ts';
import { createPublishOrder } from './publishOrder.ts';

const CHANNEL_ID = 'channel-1';

const change = (over: object = {}) => ({
  notificationType: 'ResourceUpdated',
  projectKey: 'shop',
  resource: { typeId: 'channel', id: CHANNEL_ID },
  version: 5,
  oldVersion: 4,
  modifiedAt: new Date(NOON).toISOString(),
  ...over,
});

const channel: ReadChannel = {
  version: 6,
  snapshot: { key: 'store', roles: ['Primary'], name: 'Store', address: null, latitude: null, longitude: null },
};

function start({ channels = true } = {}) {
  const shop: { channel: ReadChannel | undefined; readonly failures: Error[]; readonly asked: string[] } = {
    ...{ channel, failures: [], asked: [] },
  };
  const ignored: string[] = [];
  const published: string[] = [];
  const from = { projectKey: 'shop', instance: 'default', producer: 'ingest-ct@0' };
  const publishChannel = createPublishChannel({
    ...from,
    readChannel: (id) => {
      shop.asked.push(id);
      const failure = shop.failures.shift();
      return failure ? Promise.reject(failure) : Promise.resolve(shop.channel);
    },
    onPublished: ({ channelId, type }) => void published.push(`${channelId} ${type}`),
  });
  const tester = createKeyTester<Uint8Array>({
    key: CHANNEL_ID,
    source: topics.commercetoolsNotifications,
    deadLetters: deadLetterTopics['ingest-ct'],
    clock: createTestClock(NOON + 1_000),
    create: () =>
      createPublishOrder({
        ...from,
        platform: { getOrder: () => Promise.reject(new Error('an order was read')) },
        ourClientIds: [],
        observer: { published: () => undefined, ignored: (reason) => void ignored.push(reason) },
        publishChannel: channels ? publishChannel : undefined,
      }),
  });
  const post = (body: unknown) => tester.deliver(tester.message(Buffer.from(JSON.stringify(body))));
  const events = () => tester.published.map(({ value }) => value as CommerceChannelEvent);
  return { shop, ignored, published, tester, post, events };
}

test('a changed channel, of whatever role, is one event with the channel as it is now, keyed by it', async () => {
  const { tester, published, events, post } = start();
  expect(await post(change())).toBe('done');
  expect(published).toEqual([`${CHANNEL_ID} ChannelChanged`]);
  expect(tester.published.map(({ topic, key }) => [topic.name, key])).toEqual([['commerce.channels.v1', CHANNEL_ID]]);
  expect(events()).toMatchObject([
    {
      ...{ type: 'ChannelChanged', channelId: CHANNEL_ID, channelVersion: 6, cause: 'ResourceUpdated' },
      ...{ occurredAt: NOON, receivedAt: NOON + 1_000, channel: channel.snapshot, channelKey: 'store' },
    },
  ]);
  expect(tester.published[0]?.headers).toMatchObject({
    ce_id: `${CHANNEL_ID}:5:ResourceUpdated`,
    ce_type: 'commerce.channel.ChannelChanged',
    ce_source: '/commercetools/shop',
    origin: 'live',
    producer: 'ingest-ct@0',
  });
  expect(tester.published[0]?.headers).not.toHaveProperty('order-version');
});

test.each(['ResourceUpdated', 'ResourceDeleted'])('%s of a channel that is gone is a deletion', async (kind) => {
  const { shop, events, post } = start();
  shop.channel = undefined;
  const resourceUserProvidedIdentifiers = { key: 'store' };
  expect(await post(change({ notificationType: kind, resourceUserProvidedIdentifiers }))).toBe('done');
  expect(events()).toMatchObject([
    { type: 'ChannelDeleted', channelVersion: 5, cause: kind, channel: null, channelKey: 'store' },
  ]);
});

test('a channel that is there is not deleted, whatever was said', async () => {
  const { events, post } = start();
  await post(change({ notificationType: 'ResourceDeleted' }));
  expect(events()).toMatchObject([{ type: 'ChannelChanged', channelVersion: 6 }]);
});

test('switched off, it is counted and ignored as every other kind of resource, and nothing is read', async () => {
  const { shop, ignored, post, events } = start({ channels: false });
  expect(await post(change())).toBe('done');
  expect([ignored, events(), shop.asked]).toEqual([['not-about-an-order'], [], []]);
});

test.each([
  ['of another project', change({ projectKey: 'other' }), 'other-project'],
  ['about another kind of resource', change({ resource: { typeId: 'store', id: 's' } }), 'not-about-an-order'],
  ['that tries the subscription', change({ resource: { typeId: 'subscription', id: 's' } }), 'subscription-test'],
])('a notification %s is ignored and reads nothing', async (_which, body, reason) => {
  const { shop, ignored, post, events } = start();
  expect(await post(body)).toBe('done');
  expect([ignored, events(), shop.asked]).toEqual([[reason], [], []]);
});

test('a channel that cannot be mapped is a dead letter, and one that cannot be read is tried again', async () => {
  const { shop, tester, post } = start();
  shop.failures.push(new PipelineError('transient', 'unreachable', 'no connection', { stage: 'call' }));
  expect(await post(change())).toBe('done');
  expect([shop.asked.length, tester.published.length]).toEqual([2, 1]);
  shop.failures.push(new PipelineError('permanent', 'unreadable-channel', 'key is missing', { stage: 'map' }));
  expect(await post(change({ version: 6 }))).toBe('dead-letter');
});
