import { anOrder, NOON, ORDER_ID } from '@pipeline/fulfillment/testkit';
import type { CommerceChannelEvent, CommerceOrderEvent } from '@pipeline/schemas';
import { createLogger, createMetrics } from '@pipeline/service-kit';
import { expect, test } from 'vitest';
import { createPublishingObserver, logPublishedChannel } from './observer.ts';

function start() {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const metrics = createMetrics({ service: 'ingest-ct', version: '0' });
  const logger = createLogger({ service: 'ingest-ct', version: '0', level: 'debug', destination });
  return { lines, logger, metrics, observer: createPublishingObserver({ logger, metrics }) };
}

const event: CommerceOrderEvent = {
  type: 'OrderConfirmed',
  platform: 'commercetools',
  instance: 'default',
  projectKey: 'shop',
  orderId: ORDER_ID,
  orderVersion: 5,
  orderNumber: '4711',
  eventId: 'message-1',
  cause: 'OrderStateChanged',
  occurredAt: NOON,
  receivedAt: NOON,
  dataErasure: false,
  snapshotIncluded: true,
  order: anOrder(),
};

test('a published event is one line with the ids of the order and of the event, and nothing of its content', () => {
  const { lines, observer } = start();
  observer.published(event);
  const [{ time: _, ...line } = {}] = lines;
  expect([lines.length, line]).toEqual([
    1,
    {
      level: 'info',
      service: 'ingest-ct',
      version: '0',
      message: 'event published',
      orderId: ORDER_ID,
      orderNumber: '4711',
      orderVersion: 5,
      eventType: 'OrderConfirmed',
      eventId: 'message-1',
      outcome: 'published',
    },
  ]);
});

test('an ignored notification is counted, and a line for who debugs', async () => {
  const { lines, metrics, observer } = start();
  observer.ignored('other-type', ORDER_ID);
  observer.ignored('other-project', null);
  expect(lines).toMatchObject([
    { level: 'debug', orderId: ORDER_ID, reason: 'other-type' },
    { level: 'debug', orderId: null, reason: 'other-project' },
  ]);
  expect((await metrics.expose()).body).toContain(
    'pipeline_notifications_ignored_total{source="commercetools",reason="other-type",service="ingest-ct"} 1',
  );
});

test('a published event of a channel is one line with ids, and nothing of its content', () => {
  const { lines, logger } = start();
  const ids = { platform: 'commercetools', instance: 'default', projectKey: 'shop', channelId: 'channel-1' };
  const channel = { key: 'store', roles: [], name: 'Erika', address: null, latitude: null, longitude: null };
  const channelEvent: CommerceChannelEvent = {
    ...{ ...ids, type: 'ChannelChanged', channelVersion: 3, eventId: 'e-1', cause: 'ResourceUpdated' },
    ...{ occurredAt: NOON, receivedAt: NOON, channel, channelKey: channel.key },
  };
  logPublishedChannel(logger)(channelEvent);
  expect(lines).toMatchObject([
    { message: 'event published', key: 'channel-1', eventType: 'ChannelChanged', eventId: 'e-1', outcome: 'published' },
  ]);
  expect(JSON.stringify(lines)).not.toContain('Erika');
});
