import { createSign, sign } from 'node:crypto';
import { createTestCertificate, type SnsMessage, toSignedText } from '../landingParts.ts';

/** How one kind of sender posts to the landing server. */
export interface Way {
  readonly path: string;
  /** Lines of the head besides host and length, with this in the place of the credential. */
  readonly headers: (credential: string) => readonly string[];
  /** Body of a request that lands. */
  readonly body: (credential: string) => string;
  /** What proves the sender: where it is not in the bytes nothing may land. */
  readonly credential: string;
}

export const topicArn = 'arn:aws:sns:eu-central-1:123456789012:fuzz';
export const audience = 'https://landing.test/commercetools/pubsub';
export const serviceAccount = 'push@fuzz.iam.gserviceaccount.com';

const notification = '{"notificationType":"Message","id":"1","resource":{"typeId":"order","id":"good"}}';
const ofProvider = '{"event":"ORDER_CREATED","eventId":"1","payload":{"id":"good","processId":"p"}}';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const published = (text: string): string => `{"message":{"data":"${base64(text)}","messageId":"1"},"subscription":"s"}`;
const bearer = (credential: string): readonly string[] => [`authorization: Bearer ${credential}`];
const apiKey = (credential: string): readonly string[] => [`x-api-key: ${credential}`];
const always = (body: string) => () => body;

/** Every endpoint of both ingest services, and what the services ask of Google and of SNS, by the end of a path. */
export function createWays(secret: string): {
  readonly ways: readonly Way[];
  readonly answer: (url: string) => string;
} {
  const vendor = createTestCertificate();
  const token = toToken(vendor.privateKey);
  const sns = toSigned(vendor.privateKey);
  const jwk = { ...vendor.privateKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' };
  const keys = JSON.stringify({ keys: [{ kty: jwk.kty, n: jwk.n, e: jwk.e, kid: 'one', alg: 'RS256', use: 'sig' }] });
  const connect = { headers: bearer, body: always(published(notification)), credential: secret };
  return {
    ways: [
      { path: '/commercetools', headers: bearer, body: always(notification), credential: secret },
      { ...connect, path: '/commercetools/connect' },
      { ...connect, path: '/commercetools/pubsub', credential: token },
      {
        path: '/commercetools/sns',
        headers: () => [`x-amz-sns-topic-arn: ${topicArn}`],
        body: (credential) => JSON.stringify({ ...sns, Signature: credential }),
        credential: sns.Signature,
      },
      {
        path: '/commercetools/eventbridge',
        headers: apiKey,
        body: always(`{"version":"0","detail-type":"Message","detail":${notification}}`),
        credential: secret,
      },
      {
        path: '/commercetools/eventgrid',
        headers: apiKey,
        body: always(`[{"specversion":"1.0","id":"1","data":${notification}}]`),
        credential: secret,
      },
      { path: '/fulfillmenttools', headers: bearer, body: always(ofProvider), credential: secret },
      { path: '/fulfillmenttools/pubsub', headers: bearer, body: always(published(ofProvider)), credential: token },
    ],
    answer: (url) => (url.endsWith('.pem') ? vendor.pem : keys),
  };
}

type Key = ReturnType<typeof createTestCertificate>['privateKey'];

function toToken(key: Key): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const seconds = Math.floor(Date.now() / 1_000);
  const text = `${part({ alg: 'RS256', kid: 'one', typ: 'JWT' })}.${part({
    iss: 'https://accounts.google.com',
    aud: audience,
    email: serviceAccount,
    email_verified: true,
    iat: seconds,
    exp: seconds + 86_400,
  })}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`;
}

function toSigned(key: Key): SnsMessage {
  const message: SnsMessage = {
    Type: 'Notification',
    MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    TopicArn: topicArn,
    Message: notification,
    Timestamp: '2026-11-22T00:00:00.000Z',
    SignatureVersion: '2',
    SigningCertURL:
      'https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem',
    Signature: '',
  };
  return { ...message, Signature: sign('RSA-SHA256', Buffer.from(toSignedText(message)), key).toString('base64') };
}
