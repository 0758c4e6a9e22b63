import { randomInt, randomUUID } from 'node:crypto';
import type { Fields } from '../model.ts';
import type { DeliveryFormat, DestinationType } from '../subscriptions/subscription.ts';
import { toCloudEventHead, typeOf } from './cloudEvent.ts';
import type { Notification } from './message.ts';

/**
 * What stands around a notification where it is pushed. `bare`: nothing. `pubsub`: a Google Cloud Pub/Sub push.
 * `connect`: the body of an event application of commercetools Connect. `sns`: an HTTP(S) subscription of an SNS topic.
 * `eventbridge`: the event, as an API destination sends it. `eventgrid`: CloudEvents, one or as a batch of one.
 */
export const envelopes = ['bare', 'pubsub', 'connect', 'sns', 'eventbridge', 'eventgrid', 'eventgrid-batch'] as const;
export type Envelope = (typeof envelopes)[number];

/** How a push from behind such a destination looks; queues without push are read by somebody who forwards the bare body. */
export const envelopeOf: Record<DestinationType, Envelope> = {
  GoogleCloudPubSub: 'pubsub',
  SNS: 'sns',
  EventBridge: 'eventbridge',
  EventGrid: 'eventgrid',
  ConfluentCloud: 'bare',
  SQS: 'bare',
  AzureServiceBus: 'bare',
  IronMQ: 'bare',
};

export interface Wrapping {
  readonly envelope: Envelope;
  readonly format: DeliveryFormat;
  /** ISO timestamp. */
  readonly publishTime: string;
  /** Of the subscription. */
  readonly key: string;
}

export interface Wrapped {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export const topicArn = 'arn:aws:sns:eu-central-1:123456789012:commercetools';

/** The request that pushes a notification. Each call stands for a publication of its own, with an id of its own. */
export function wrap(notification: Notification, wrapping: Wrapping): Wrapped {
  const { envelope, publishTime, key } = wrapping;
  const isCloudEvent = wrapping.format === 'CloudEvents' || envelope.startsWith('eventgrid');
  const platform = JSON.stringify(notification);
  const text = isCloudEvent ? withMember(toCloudEventHead(notification), 'data', platform) : platform;
  switch (envelope) {
    case 'bare':
      return { body: text, headers: contentType(isCloudEvent ? cloudEvents : json) };
    case 'pubsub':
      return { body: JSON.stringify(toPubSub(text, publishTime)), headers: contentType(json) };
    case 'connect':
      return { body: JSON.stringify({ message: { data: toBase64(text) } }), headers: contentType(json) };
    case 'sns':
      return toSns({ Type: 'Notification', Message: text }, publishTime);
    case 'eventbridge': {
      const head = toEventBridgeHead(notification, { publishTime, key });
      return { body: withMember(head, 'detail', text), headers: contentType(json) };
    }
    case 'eventgrid':
      return { body: text, headers: contentType(cloudEvents) };
    case 'eventgrid-batch':
      return { body: `[${text}]`, headers: contentType('application/cloudevents-batch+json; charset=utf-8') };
  }
}

/** What SNS sends first to a new endpoint, which is to GET the `SubscribeURL`. */
export const toSnsConfirmation = (subscribeUrl: string, publishTime: string): Wrapped =>
  toSns(
    {
      Type: 'SubscriptionConfirmation',
      Token: new URL(subscribeUrl).searchParams.get('token') ?? '',
      Message: `You have chosen to subscribe to the topic ${topicArn}.`,
      SubscribeURL: subscribeUrl,
    },
    publishTime,
  );

const json = 'application/json';
const cloudEvents = 'application/cloudevents+json; charset=utf-8';
const contentType = (type: string) => ({ 'content-type': type });
const toBase64 = (text: string): string => Buffer.from(text).toString('base64');

/** The member is JSON already. */
const withMember = (head: Fields, name: string, text: string): string =>
  `${JSON.stringify(head).slice(0, -1)},${JSON.stringify(name)}:${text}}`;

function toPubSub(text: string, publishTime: string): Fields {
  const messageId = String(randomInt(1e12, 2e14));
  return {
    message: {
      attributes: {},
      data: toBase64(text),
      messageId,
      message_id: messageId,
      publishTime,
      publish_time: publishTime,
    },
    subscription: 'projects/simulator/subscriptions/orders-push',
  };
}

/** The signature is none: nobody but AWS can make one that its certificates verify. */
function toSns(message: Fields & { readonly Type: string }, publishTime: string): Wrapped {
  const MessageId = randomUUID();
  const body = {
    ...message,
    MessageId,
    TopicArn: topicArn,
    Timestamp: publishTime,
    SignatureVersion: '1',
    Signature: toBase64('simulated'),
    SigningCertURL: 'https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-simulated.pem',
    ...(message.Type === 'Notification' && {
      UnsubscribeURL: `https://sns.eu-central-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${topicArn}:simulated`,
    }),
  };
  return {
    body: JSON.stringify(body),
    headers: {
      'content-type': 'text/plain; charset=UTF-8',
      'x-amz-sns-message-type': message.Type,
      'x-amz-sns-message-id': MessageId,
      'x-amz-sns-topic-arn': topicArn,
    },
  };
}

const toEventBridgeHead = (notification: Notification, { publishTime, key }: { publishTime: string; key: string }) => ({
  version: '0',
  id: randomUUID(),
  'detail-type': typeOf(notification),
  source: `aws.partner/commercetools.com/${String(notification.projectKey)}/${key}`,
  account: '123456789012',
  time: publishTime.replace(/\.\d+Z$/, 'Z'),
  region: 'eu-central-1',
  resources: [],
});
