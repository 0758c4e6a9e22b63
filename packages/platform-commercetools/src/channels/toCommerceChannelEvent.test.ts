import { describe, expect, test } from 'vitest';
import { parsePush } from '../notification/parsePush.ts';
import { splitPush } from '../notification/splitPush.ts';
import { channelIdOf, toCommerceChannelEvent } from './toCommerceChannelEvent.ts';

const change = (changes: object = {}) => ({
  notificationType: 'ResourceUpdated',
  projectKey: 'shop',
  resource: { typeId: 'channel', id: 'channel-1' },
  resourceUserProvidedIdentifiers: { key: 'store-berlin' },
  version: 7,
  oldVersion: 6,
  modifiedAt: '2026-11-20T09:15:40.018Z',
  ...changes,
});
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const eventOf = (value: unknown, channel?: Parameters<typeof toCommerceChannelEvent>[0]['channel']) => {
  const notification = parsePush(bytes(value));
  const channelId = channelIdOf(notification) ?? '';
  return toCommerceChannelEvent({
    ...{ notification, channelId, channel },
    ...{ receivedAt: 42, instance: 'default', projectKey: 'shop' },
  });
};
const snapshot = { key: 'k', roles: [], name: null, address: null, latitude: null, longitude: null };

describe('a change of a channel', () => {
  const data = bytes(change()).toString('base64');
  test.each([
    ['as it is', change()],
    ['in a push of Pub/Sub', { message: { data, messageId: '1' } }],
    ['in a CloudEvent', { specversion: '1.0', id: 'x', type: 'com.commercetools.channel.change', data: change() }],
    ['of EventBridge', { 'detail-type': 'ResourceUpdated', detail: change() }],
    ['of SNS', { Type: 'Notification', Message: JSON.stringify(change()) }],
  ])('is understood %s, and lies under the id of the channel', (_how, push) => {
    expect(channelIdOf(parsePush(bytes(push)))).toBe('channel-1');
    expect(splitPush(bytes(push))).toMatchObject([{ key: 'channel-1', id: 'channel-1:7:ResourceUpdated' }]);
  });

  test('is an event with the channel as it was read, and with the version of that', () => {
    expect(eventOf(change(), { version: 9, snapshot })).toEqual({
      type: 'ChannelChanged',
      platform: 'commercetools',
      instance: 'default',
      projectKey: 'shop',
      channelId: 'channel-1',
      channelVersion: 9,
      eventId: 'channel-1:7:ResourceUpdated',
      cause: 'ResourceUpdated',
      occurredAt: Date.parse('2026-11-20T09:15:40.018Z'),
      receivedAt: 42,
      channel: snapshot,
      channelKey: 'k',
    });
  });

  test.each(['ResourceCreated', 'ResourceUpdated', 'ResourceDeleted'])(
    'of kind %s to one that is gone is a deletion, without anything of it but its key',
    (notificationType) => {
      expect(eventOf(change({ notificationType }))).toMatchObject({
        ...{ type: 'ChannelDeleted', channelVersion: 7, cause: notificationType, channel: null },
        channelKey: 'store-berlin',
      });
    },
  );

  test('without version and time is of version 0, and happened when it came', () => {
    const bare = { notificationType: 'ResourceDeleted', resource: { typeId: 'channel', id: 'channel-1' } };
    expect(eventOf(bare)).toMatchObject({ channelVersion: 0, occurredAt: 42, channelKey: null });
  });
});

test.each([[{ typeId: 'order', id: 'o' }], [{ typeId: 'channel' }], [{ typeId: 'channel', id: '' }], [null]])(
  'a notification about %j is about no channel',
  (resource) => {
    expect(channelIdOf(parsePush(bytes(change({ resource }))))).toBeUndefined();
  },
);
