import { randomUUID, sign } from 'node:crypto';
import { topics } from '@pipeline/schemas';
import { createTestCertificate, type SnsMessage, startVendorServer, toSignedText } from '../landingParts.ts';
import { defineRow } from '../row.ts';
import type { Member } from '../world/member.ts';
import { post } from '../world/post.ts';
import type { World } from '../world/world.ts';
import { aMessage, bearer, landOnly, pushTo, statusesOf } from './landingPosts.ts';
import { placeUntold } from './untold.ts';

const topicArn = 'arn:aws:sns:eu-central-1:123456789012:orders';
const host = 'https://sns.eu-central-1.amazonaws.com';
const SNS_PATH = '/commercetools/sns';
const certificate = `SimpleNotificationService-${'0'.repeat(32)}.pem`;

/** SNS as far as we ask it: a certificate, and the answer to a confirmation; and messages that it has signed. */
async function startSns() {
  const [genuine, foreign] = [createTestCertificate(), createTestCertificate()];
  const server = await startVendorServer((url) => (url.endsWith('.pem') ? genuine.pem : '<Confirmed/>'));
  type Said = Partial<Record<keyof SnsMessage, string>>;
  return {
    server,
    settings: { SNS_TOPIC_ARN: topicArn, SNS_ENDPOINT: server.origin },
    /** `changed`: after it was signed. */
    message(said: Said, { changed = {}, forged = false }: { changed?: Said; forged?: boolean } = {}): string {
      const message = {
        ...{ Type: 'Notification', MessageId: randomUUID(), TopicArn: topicArn, Message: '{}', SignatureVersion: '2' },
        ...{ Timestamp: '2020-01-01T00:00:00.000Z', SigningCertURL: `${host}/${certificate}` },
        ...said,
      } as SnsMessage;
      const { privateKey } = forged ? foreign : genuine;
      const Signature = sign('RSA-SHA256', Buffer.from(toSignedText(message)), privateKey).toString('base64');
      return JSON.stringify({ ...message, Signature, ...changed });
    },
  };
}

const snsHeaders = { 'content-type': 'text/plain; charset=UTF-8', 'x-amz-sns-topic-arn': topicArn };

/** Only what was signed lands: the text of the message. */
const push = (world: World, member: Member, body: string) => {
  const { Message: lands } = JSON.parse(body) as SnsMessage;
  return pushTo(world, member, { path: SNS_PATH, headers: snsHeaders, body, lands });
};

export const longAgo = defineRow({
  row: 13,
  title:
    'SNS repeats a signed message of years ago, in new wrappings too → it lands, one effect; with another time after the signature 401',
  level: 'process',
  invariants: ['I2', 'I12'],
  ci: { orders: 10, times: 3 },
  full: { orders: 200, times: 10 },
  atLeast: { orders: 10, repeated: 60, refused: 10 },
  async run(world, { orders, times }) {
    const bodies = await placeUntold(world, orders);
    const sns = await startSns();
    try {
      const settings = { CT_PUSH_TRANSPORTS: 'bare,sns', ...sns.settings };
      const [ingest] = await Promise.all([world.start('ingest-ct', { settings }), world.start('order-router')]);
      const told = bodies.map((body) => {
        const { message } = JSON.parse(body.toString()) as { readonly message: { readonly data: string } };
        return Buffer.from(message.data, 'base64').toString();
      });
      const repeat = () => told.map((Message) => sns.message({ Message }));
      const first = repeat();
      const answers = await Promise.all(
        Array.from({ length: times }, () => first).flatMap((list) => list.map((each) => push(world, ingest, each))),
      );
      await world.untilPlaced();
      const before = await world.effects();
      const again = await Promise.all(
        Array.from({ length: times }, repeat).flatMap((list) => list.map((each) => push(world, ingest, each))),
      );
      await world.untilPlaced();
      const { posts, updates } = await world.effects();
      const more = { posts: posts - before.posts, updates: updates - before.updates };
      world.replayed({ what: 'all notifications in new wrappings', ...more });
      world.claim('I1', 'answers', [200], statusesOf([...answers, ...again]));
      const changed = { Timestamp: new Date().toISOString() };
      const late = await Promise.all(told.map((Message) => push(world, ingest, sns.message({ Message }, { changed }))));
      world.claim('I9', 'answers to another time than was signed', [401], statusesOf(late));
      return { repeated: answers.length + again.length, refused: late.length };
    } finally {
      await sns.server.close();
    }
  },
});

const gridHandshake = { 'webhook-request-origin': 'eventgrid.azure.net', 'webhook-request-rate': '120' };

export const handshakes = defineRow({
  row: 15,
  title:
    'handshakes of Event Grid, confirmations of SNS with foreign certificates, topics and addresses → ours are answered, no address of a payload is called',
  level: 'process',
  invariants: ['I9'],
  ci: { orders: 0, times: 3 },
  full: { orders: 0, times: 50 },
  atLeast: { answered: 9, refused: 18, confirmed: 3 },
  async run(world, { times }) {
    const [sns, canary] = await Promise.all([startSns(), startVendorServer(() => 'ok')]);
    try {
      const settings = { ...landOnly, CT_PUSH_TRANSPORTS: 'bare,sns,eventgrid', ...sns.settings };
      const ingest = await world.start('ingest-ct', { settings });
      const grid = `${ingest.url}/commercetools/eventgrid`;
      const trap = `${canary.origin}/trap`;
      const counts = { answered: 0, refused: 0, confirmed: 0 };
      for (let time = 0; time < times; time++) {
        const shaken = await post(grid, {
          method: 'OPTIONS',
          headers: { ...gridHandshake, 'webhook-request-callback': trap },
        });
        const allowed = shaken.headers['webhook-allowed-origin'];
        world.claim('I9', 'handshake', '200 eventgrid.azure.net', `${shaken.status} ${allowed}`);
        const headers = { ...gridHandshake, 'webhook-request-origin': 'evil.example' };
        const others = [await post(grid, { method: 'OPTIONS', headers })];

        const code = randomUUID();
        const event = { eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent', id: randomUUID() };
        const body = JSON.stringify([{ ...event, data: { validationCode: code, validationUrl: trap } }]);
        const validate = (secret: string) =>
          post(`${grid}?token=${secret}`, { headers: { 'aeg-event-type': 'SubscriptionValidation' }, body });
        const validated = await validate(world.secrets.commercetools);
        world.claim('I9', 'validation', JSON.stringify({ validationResponse: code }), validated.body);
        others.push(await validate('no-secret'));

        const confirm = { Type: 'SubscriptionConfirmation', Token: 'token-1', SubscribeURL: trap, Message: 'Confirm.' };
        const confirmed = await pushTo(world, ingest, {
          ...{ path: SNS_PATH, headers: snsHeaders, lands: null },
          body: sns.message(confirm),
        });
        world.claim('I9', 'confirmation of our topic', 200, confirmed.status);
        for (const refused of [
          sns.message({ ...confirm, SigningCertURL: `${canary.origin}/${certificate}` }),
          sns.message({ ...confirm, SigningCertURL: `${host}.evil.example/${certificate}` }),
          sns.message({ ...confirm, TopicArn: `${topicArn}-of-others` }),
          sns.message(confirm, { forged: true }),
          sns.message(confirm, { changed: { Token: 'token-2' } }),
          sns.message({ ...confirm, SignatureVersion: '1' }),
        ])
          others.push(await push(world, ingest, refused));
        world.claim('I9', 'answers to everything else', [401], statusesOf(others));
        counts.answered += [shaken, validated, confirmed].filter(({ status }) => status === 200).length;
        counts.refused += others.length;
      }
      counts.confirmed = sns.server.requests.filter((url) => url.includes('Action=ConfirmSubscription')).length;
      const isOurs = (url: string) => url.endsWith('.pem') || url.includes(encodeURIComponent(topicArn));
      world.claim(
        'I9',
        'other questions to SNS',
        [],
        sns.server.requests.filter((url) => !isOurs(url)),
      );
      world.claim('I9', 'addresses of payloads that were called', [], canary.requests);
      const lands = JSON.stringify(aMessage());
      const good = await pushTo(world, ingest, { headers: bearer(world.secrets.commercetools), body: lands });
      world.claim('I1', 'answer to a notification', 200, good.status);
      // The subscription's own test notification is the other one.
      const landed = await world.kafka.written(topics.commercetoolsNotifications.name);
      world.claim('I9', 'records', true, landed <= 2);
      return counts;
    } finally {
      await Promise.all([sns.server.close(), canary.close()]);
    }
  },
});
