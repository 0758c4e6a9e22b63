import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Fields } from '../model.ts';
import { type Envelope, toSnsConfirmation, wrap } from './envelope.ts';
import type { Notification } from './message.ts';

/** Sample payloads lie beside the repository, where there are any. */
const folder = new URL('../../../../../shared/fixtures/commercetools/', import.meta.url);
const present = existsSync(folder);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));

const notification: Notification = {
  notificationType: 'Message',
  projectKey: 'demo-project',
  id: 'm-1',
  version: 1,
  sequenceNumber: 2,
  resource: { typeId: 'order', id: 'o-1' },
  resourceVersion: 2,
  createdAt: '2026-11-20T09:15:40.018Z',
  lastModifiedAt: '2026-11-20T09:15:40.018Z',
  type: 'OrderStateChanged',
  orderState: 'Confirmed',
};

const wrapped = (envelope: Envelope, format: 'Platform' | 'CloudEvents' = 'Platform', told = notification) => {
  const { body, headers } = wrap(told, {
    envelope,
    format,
    publishTime: '2026-11-20T09:15:41.000Z',
    key: 'fft-orders',
  });
  return { body: JSON.parse(body), headers };
};

const cloudEvent = {
  specversion: '1.0',
  id: 'm-1',
  type: 'com.commercetools.order.message.OrderStateChanged',
  source: '/demo-project/orders',
  subject: 'o-1',
  time: '2026-11-20T09:15:40.018Z',
  sequence: '2',
  sequencetype: 'Integer',
  dataref: '/demo-project/messages/m-1',
  data: notification,
};

test('a bare notification is the body, in either format', () => {
  expect(wrapped('bare')).toEqual({ body: notification, headers: { 'content-type': 'application/json' } });
  const { body, headers } = wrapped('bare', 'CloudEvents');
  expect(body).toEqual(cloudEvent);
  expect(headers['content-type']).toMatch('application/cloudevents+json');
});

test('Pub/Sub and Connect carry it as base64, Connect with nothing else', () => {
  for (const format of ['Platform', 'CloudEvents'] as const) {
    const content = format === 'Platform' ? notification : cloudEvent;
    for (const envelope of ['pubsub', 'connect'] as const)
      expect(JSON.parse(Buffer.from(wrapped(envelope, format).body.message.data, 'base64').toString())).toEqual(
        content,
      );
  }
  expect(Object.keys(wrapped('connect').body.message)).toEqual(['data']);
});

test('SNS carries it as text, under a content type that is not JSON', () => {
  const { body, headers } = wrapped('sns');
  expect(JSON.parse(body.Message)).toEqual(notification);
  expect(headers).toMatchObject({
    'content-type': 'text/plain; charset=UTF-8',
    'x-amz-sns-message-type': 'Notification',
    'x-amz-sns-message-id': body.MessageId,
  });
});

test('EventBridge carries it as an object under the type of the message, also of one without payload', () => {
  const { body } = wrapped('eventbridge');
  expect(body).toMatchObject({
    'detail-type': 'OrderStateChanged',
    detail: notification,
    time: '2026-11-20T09:15:41Z',
  });
  expect(body.source).toBe('aws.partner/commercetools.com/demo-project/fft-orders');
  const { type: _, ...rest } = notification;
  const omitted = { ...rest, payloadNotIncluded: { reason: 'Payload too large.', payloadType: 'OrderCreated' } };
  expect(wrapped('eventbridge', 'Platform', omitted as Notification).body['detail-type']).toBe('OrderCreated');
});

test('Event Grid carries CloudEvents whatever the format, one or as a batch', () => {
  expect(wrapped('eventgrid').body).toEqual(cloudEvent);
  expect(wrapped('eventgrid-batch').body).toEqual([cloudEvent]);
});

test('a change as a CloudEvent has no sequence', () => {
  const change = {
    notificationType: 'ResourceUpdated',
    projectKey: 'demo-project',
    resource: { typeId: 'order', id: 'o-1' },
    version: 3,
    oldVersion: 2,
    modifiedAt: '2026-11-20T09:15:40.018Z',
  };
  expect(wrapped('eventgrid', 'Platform', change).body).toEqual({
    specversion: '1.0',
    id: 'o-1:ResourceUpdated:3',
    type: 'com.commercetools.order.change.ResourceUpdated',
    source: '/demo-project/orders',
    subject: 'o-1',
    time: '2026-11-20T09:15:40.018Z',
    data: change,
  });
});

test.skipIf(!present).for([
  ['envelope.pubsub-push.json', () => wrapped('pubsub').body],
  ['envelope.sns-http.json', () => wrapped('sns').body],
  ['envelope.eventbridge.json', () => wrapped('eventbridge').body],
  ['envelope.eventgrid-cloudevents-webhook.single.json', () => wrapped('eventgrid').body],
  ['envelope.eventgrid-cloudevents-webhook.batch.json', () => wrapped('eventgrid-batch').body],
  ['notification.OrderStateChanged.Confirmed.cloudevents.json', () => wrapped('bare', 'CloudEvents').body],
  [
    'envelope.sns-subscription-confirmation.json',
    () => JSON.parse(toSnsConfirmation('http://127.0.0.1/a?token=t', '2026-11-20T09:15:41.000Z').body),
  ],
] as const)('%s has the same members', ([name, build]) => {
  const shape = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(shape)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value as Fields)
              .filter(([member]) => member !== 'data' && member !== 'detail')
              .map(([member, inner]) => [member, shape(inner)])
              .sort(),
          )
        : typeof value;
  expect(shape(build())).toEqual(shape(read(name)));
});
