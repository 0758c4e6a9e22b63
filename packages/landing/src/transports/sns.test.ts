import { sign } from 'node:crypto';
import { connect } from 'node:net';
import { send } from '@pipeline/service-kit/testing';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createCertificates } from '../sns/certificates.ts';
import { certificateFile } from '../sns/signature.ts';
import { type SnsMessage, toSignedText, toSnsMessage } from '../sns/snsMessage.ts';
import { parseTopicArn } from '../sns/topicArn.ts';
import { createTestCertificate } from '../testing/certificate.ts';
import { startLanding } from '../testing/landing.ts';
import { startVendorServer, type VendorServer } from '../testing/vendorServer.ts';
import { createSnsTransport } from './sns.ts';

const topicArn = 'arn:aws:sns:eu-central-1:123456789012:orders';
/** SNS sends them with everything. */
const ofTopic = { 'content-type': 'text/plain; charset=UTF-8', 'x-amz-sns-topic-arn': topicArn };
const certFile = 'SimpleNotificationService-0123456789abcdef0123456789abcdef.pem';
const certUrl = `https://sns.eu-central-1.amazonaws.com/${certFile}`;
/** Of the form that SNS has, for any number. */
const madeUp = (index: number) => `SimpleNotificationService-${index.toString(16).padStart(32, '0')}.pem`;
const genuine = createTestCertificate();
const foreign = createTestCertificate();

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(
  options: Parameters<typeof startLanding>[1] = {},
): Promise<Awaited<ReturnType<typeof startLanding>> & { aws: VendorServer }> {
  const aws = await startVendorServer((url) => (url.endsWith('.pem') ? genuine.pem : '<ConfirmSubscriptionResponse/>'));
  closing.push(() => aws.close());
  const landing = await startLanding(createSnsTransport({ topicArn, endpoint: aws.origin }), options);
  closing.push(() => landing.server.close());
  return { ...landing, aws };
}

type Draft = Partial<Record<keyof SnsMessage, unknown>>;

/** A message of SNS, signed over what it says, and changed after that. */
function message(said: Draft = {}, { changed = {}, key = genuine.privateKey, hash = 'RSA-SHA256' } = {}): Draft {
  const draft = {
    Type: 'Notification',
    MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    TopicArn: topicArn,
    Message: '{"notificationType":"Message"}',
    Timestamp: '2026-11-22T00:00:00.000Z',
    SignatureVersion: '2',
    SigningCertURL: certUrl,
    ...said,
  } as SnsMessage;
  const signature = sign(hash, Buffer.from(toSignedText(draft)), key).toString('base64');
  return { ...draft, Signature: signature, ...changed };
}
const confirmation = (said: Draft = {}): Draft => ({
  Type: 'SubscriptionConfirmation',
  Token: 'token&TopicArn=arn:aws:sns:evil',
  SubscribeURL: 'https://evil.example/?Action=ConfirmSubscription',
  ...said,
});
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  send(url, { headers: { ...ofTopic, ...headers }, body: JSON.stringify(body) });

describe('a notification', () => {
  test.each([
    ['without a subject', {}],
    ['with one', { Subject: 'new' }],
    ['with lines and quotes in it', { Message: 'a\n"b"\\\nMessageId\nü€😀' }],
    ['of long ago: SNS repeats for days', { Timestamp: '2020-01-01T00:00:00.000Z' }],
  ])('signed by the topic lands as the text that was signed, %s', async (_how, said) => {
    const { server, published, heard } = await start();
    const signed = message(said);
    const body = JSON.stringify(signed, null, 1);
    expect((await send(server.url, { headers: ofTopic, body })).status).toBe(200);
    expect(published[0]?.value.toString()).toBe(signed.Message);
    expect(heard).toEqual(['landed 1']);
  });

  test('lands without what was added to it, which no signature covers', async () => {
    const forged = { notificationType: 'Message', type: 'OrderStateChanged', resource: { typeId: 'order', id: 'o' } };
    const seen: string[] = [];
    const { server, published } = await start({
      toRecords: (value) => {
        seen.push(value.toString());
        return [{ key: null, value, id: null }];
      },
    });
    const signed = message();
    const data = Buffer.from(JSON.stringify(forged)).toString('base64');
    for (const added of [
      forged,
      { message: { data } },
      { specversion: '1.0', data: forged },
      { MessageAttributes: {} },
    ])
      expect((await post(server.url, { ...signed, ...added })).status).toBe(200);
    expect(new Set(published.map(({ value }) => value.toString()))).toEqual(new Set([signed.Message]));
    expect(new Set(seen)).toEqual(new Set([signed.Message]));
  });

  test('may be as large as SNS takes, all of it escaped, and no larger by far', async () => {
    const { server, published, heard } = await start();
    const Message = '"'.repeat(256 * 1_024);
    expect((await post(server.url, message({ Message }))).status).toBe(200);
    expect(published[0]?.value.length).toBe(Message.length);
    expect((await post(server.url, message({ Message: Message + '"'.repeat(64 * 1_024) }))).status).toBe(413);
    expect(heard).toEqual(['landed 1', 'too-large']);
  });

  test('needs its certificate fetched once, also when many come together', async () => {
    const { server, aws } = await start();
    const answers = await Promise.all([1, 2, 3, 4].map(() => post(server.url, message())));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(aws.requests).toEqual([`/${certFile}`]);
  });

  test.each<[string, unknown]>([
    ['another message', message({}, { changed: { Message: '{}' } })],
    ['another time', message({}, { changed: { Timestamp: '2026-11-23T00:00:00.000Z' } })],
    ['a subject that was not signed', message({}, { changed: { Subject: 'x' } })],
    ['another type', message({}, { changed: { Type: 'UnsubscribeConfirmation', Token: 't', SubscribeURL: 'u' } })],
    ['another topic, signed', message({ TopicArn: `${topicArn}-2` })],
    ['a signature by another certificate', message({}, { key: foreign.privateKey })],
    ['a signature of version 1', message({ SignatureVersion: '1' }, { hash: 'RSA-SHA1' })],
    ['a version that is not 2', message({ SignatureVersion: '1' })],
    ['a SHA-1 signature said to be version 2', message({}, { hash: 'RSA-SHA1' })],
    ['no signature', message({}, { changed: { Signature: undefined } })],
    ['an empty signature', message({}, { changed: { Signature: '' } })],
    ['a list as the message', message({}, { changed: { Message: ['x'] } })],
    ['a type of its own', message({ Type: 'Other' })],
    ['a line in what has none, which would shift what was signed', message({ MessageId: 'a\nSubject\nb' })],
    ['nothing', {}],
    ['null', null],
    ['a list', []],
  ])('with %s is refused', async (_what, body) => {
    const { server, published, heard } = await start();
    expect((await post(server.url, body)).status).toBe(401);
    expect([published, heard]).toEqual([[], ['unauthorized']]);
  });

  test.each(['', '{', '\u0000', '['.repeat(100_000)])('that is not JSON is refused: %#', async (body) => {
    const { server, published } = await start();
    expect((await send(server.url, { headers: ofTopic, body })).status).toBe(401);
    expect(published).toEqual([]);
  });

  test('that nests deeper than any of SNS is none, also where nothing is read', () => {
    const nesting = (depth: number) =>
      toSnsMessage(bytes({ ...message(), MessageAttributes: JSON.parse('['.repeat(depth) + ']'.repeat(depth)) }));
    expect([nesting(7) === undefined, nesting(8) === undefined]).toEqual([false, true]);
  });

  test.each<Record<string, string>>([
    {},
    { 'x-amz-sns-topic-arn': '' },
    { 'x-amz-sns-topic-arn': `${topicArn}-2` },
    { 'x-amz-sns-topic-arn': topicArn, 'x-amz-sns-rawdelivery': 'true' },
  ])('is refused before its body when the headers say so: %o', async (headers) => {
    const { server, aws } = await start();
    expect((await send(server.url, { headers, body: JSON.stringify(message()) })).status).toBe(401);
    const transport = createSnsTransport({ topicArn, endpoint: aws.origin });
    expect(transport.admit({ headers, url: '/' })).toMatchObject({ kind: 'refuse', reason: 'unauthorized' });
    expect(aws.requests).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['sns-not-a-message', { TopicArn: topicArn }],
    ['sns-other-topic', message({ TopicArn: `${topicArn}-2` })],
    ['sns-signature-version', message({ SignatureVersion: '1' }, { hash: 'RSA-SHA1' })],
    ['sns-certificate-address', message({ SigningCertURL: 'https://evil.example/a.pem' })],
    ['sns-signature', message({}, { changed: { Message: '{}' } })],
  ])('that is refused says why, for our log only: %s', async (detail, body) => {
    const errors: unknown[] = [];
    const { server } = await start({ hooks: { rejected: (_reason, error) => void errors.push(error) } });
    const answer = await post(server.url, body);
    expect([answer.status, answer.body]).toEqual([401, '{"error":"unauthorized"}']);
    expect(errors).toEqual([expect.objectContaining({ code: detail })]);
  });
});

describe('a certificate', () => {
  const { host } = parseTopicArn(topicArn);

  test('comes from the host of the topic, and from nowhere else', async () => {
    const { server, aws } = await start();
    for (const url of [
      `${aws.origin}/${certFile}`,
      `https://evil.example/${certFile}`,
      `http://sns.eu-central-1.amazonaws.com/${certFile}`,
      `https://sns.eu-central-1.amazonaws.com.evil.example/${certFile}`,
      `https://sns.eu-central-1.amazonaws.com@evil.example/${certFile}`,
      `https://sns.us-east-1.amazonaws.com/${certFile}`,
      `https://sns.eu-central-1.amazonaws.com.cn/${certFile}`,
      `https://sns.eu-central-1.amazonaws.com:8443/${certFile}`,
      `https://bucket.s3.amazonaws.com/${certFile}`,
      `https://sns.eu-central-1.amazonaws.com/../${certFile}?x=1`,
      `https://sns.eu-central-1.amazonaws.com/a/${certFile}`,
      `https://sns.eu-central-1.amazonaws.com/%2e%2e%2f${certFile}`,
      `${certUrl}#x`,
      `file:///etc/${certFile}`,
      certFile,
      '',
    ])
      expect([url, (await post(server.url, message({ SigningCertURL: url }))).status]).toEqual([url, 401]);
    expect(aws.requests).toEqual([]);
  });

  test('has a name that only certificates of SNS have', async () => {
    const { server, aws } = await start();
    for (const name of [
      'made-up.pem',
      'SimpleNotificationService-0.pem',
      certFile.replace('.pem', '0.pem'),
      certFile.replace('f.pem', '.pem'),
      certFile.replace('f.pem', 'g.pem'),
      certFile.replaceAll('abcdef', 'ABCDEF'),
      certFile.replace('.pem', '.txt'),
      `x${certFile}`,
      `${certFile}/`,
    ]) {
      const url = `https://${host}/${name}`;
      expect([name, (await post(server.url, message({ SigningCertURL: url }))).status]).toEqual([name, 401]);
    }
    expect(aws.requests).toEqual([]);
  });

  test('is named by no text but a plain file name at that host', () => {
    fc.assert(
      fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), (url) => {
        expect(certificateFile(url, host)).toBeUndefined();
      }),
    );
    expect(certificateFile(certUrl, host)).toBe(certFile);
  });

  test.each([
    ['arn:aws:sns:eu-central-1:123456789012:orders', 'sns.eu-central-1.amazonaws.com'],
    ['arn:aws-cn:sns:cn-north-1:123456789012:orders', 'sns.cn-north-1.amazonaws.com.cn'],
    ['arn:aws-us-gov:sns:us-gov-west-1:123456789012:orders', 'sns.us-gov-west-1.amazonaws.com'],
  ])('of %s lies at %s', (arn, at) => {
    expect(parseTopicArn(arn).host).toBe(at);
  });

  test.each([
    '',
    'arn:aws:sns:evil.example/:123456789012:x',
    'arn:aws:sqs:eu-central-1:123456789012:x',
    `${topicArn}\n`,
  ])('is not looked for where the topic is none: %j', (arn) => {
    expect(() => parseTopicArn(arn)).toThrow(RangeError);
  });

  test.each([
    ['has expired', { to: new Date(Date.now() - 1_000) }],
    ['is not valid yet', { from: new Date(Date.now() + 60_000) }],
  ])('that %s proves nothing, and SNS is asked to repeat', async (_what, dates) => {
    const { server, aws, heard } = await start();
    const stale = createTestCertificate(dates);
    aws.answer = () => stale.pem;
    expect((await post(server.url, message({}, { key: stale.privateKey }))).status).toBe(503);
    expect(heard).toEqual(['keys-unavailable']);
  });

  test.each([
    ['an error', 500],
    ['a redirect', 302],
    ['no certificate', 'oops'],
    ['more than it may be', 'x'.repeat(100_000)],
  ])('that cannot be had, for %s, leaves it open who sent it', async (_what, content) => {
    const { server, aws, published } = await start();
    aws.answer = () => content;
    const answer = await post(server.url, message());
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
    expect(published).toEqual([]);
  });

  /** As `createCertificates` has them, with a clock of ours. */
  async function startCertificates(answer: () => string | number | undefined) {
    const aws = await startVendorServer(answer);
    closing.push(() => aws.close());
    const clock = { now: Date.now() };
    const errors: unknown[] = [];
    const certificates = createCertificates({
      origin: aws.origin,
      now: () => clock.now,
      onFetched: (error) => void (error !== undefined && errors.push(error)),
    });
    return { aws, clock, certificates, errors };
  }

  test('that could not be had is asked for again a little later, and not sooner', async () => {
    const { aws, clock, certificates } = await startCertificates(() => 500);
    expect(await certificates.find('real.pem', false)).toBeUndefined();
    aws.answer = () => genuine.pem;
    expect(await certificates.find('real.pem', false)).toBeUndefined();
    expect(aws.requests).toHaveLength(1);
    clock.now += 5_000;
    expect(await certificates.find('real.pem', false)).toBeDefined();
    clock.now += 2 * 86_400_000;
    expect(await certificates.find('real.pem', false)).toBeUndefined();
  });

  test('is asked for twice a second at most, after twenty at once, whatever names are made up', async () => {
    const { aws, clock, certificates } = await startCertificates(() => 404);
    for (let index = 0; index < 30; index += 1) await certificates.find(madeUp(index), false);
    expect(aws.requests).toHaveLength(20);
    for (let second = 1; second <= 60; second += 1) {
      clock.now += 1_000;
      for (let index = 0; index < 10; index += 1) await certificates.find(madeUp(1_000 * second + index), false);
    }
    expect(aws.requests).toHaveLength(20 + 120);
    clock.now += 500;
    aws.answer = () => genuine.pem;
    expect(await certificates.find('real.pem', false)).toBeDefined();
  });

  test('is had for who is trusted, when strangers have used up all that they may', async () => {
    const { aws, certificates } = await startCertificates(() => undefined);
    for (let index = 0; index < 200; index += 1) void certificates.find(madeUp(index), false);
    await vi.waitFor(() => expect(aws.requests).toHaveLength(4));
    aws.answer = () => genuine.pem;
    expect(await certificates.find('real.pem', false)).toBeUndefined();
    expect(await certificates.find('real.pem', true)).toBeDefined();
  });

  test('is asked for ten times at most, also for who is trusted, before the time that comes for all', async () => {
    const { aws, clock, certificates } = await startCertificates(() => 404);
    for (let index = 0; index < 30; index += 1) await certificates.find(madeUp(index), true);
    expect(aws.requests).toHaveLength(10);
    clock.now += 2_000;
    await certificates.find(madeUp(99), true);
    expect(aws.requests).toHaveLength(11);
  });

  test('that has proved a message stays, however many others there are', async () => {
    const { aws, clock, certificates } = await startCertificates(() => genuine.pem);
    await certificates.find('real.pem', false);
    certificates.keep('real.pem');
    for (let index = 0; index < 30; index += 1) {
      clock.now += 500;
      await certificates.find(madeUp(index), false);
    }
    const { length } = aws.requests;
    expect(await certificates.find('real.pem', false)).toBeDefined();
    expect(aws.requests).toHaveLength(length);
  });

  test('is one of four that are asked for at a time', async () => {
    const { aws, certificates } = await startCertificates(() => 404);
    await Promise.all(Array.from({ length: 20 }, (_, index) => certificates.find(madeUp(index), false)));
    expect(aws.requests).toHaveLength(4);
    await certificates.find(madeUp(19), false);
    expect(aws.requests).toHaveLength(5);
  });

  test('that is new gets through while somebody makes up names, once the subscription is known', async () => {
    const { server, aws } = await start();
    const subscribed = { 'x-amz-sns-subscription-arn': `${topicArn}:2bcfbf39-05c3-41de-beaa-fcfcc21c8f55` };
    expect((await post(server.url, message(), subscribed)).status).toBe(200);
    const rotated = createTestCertificate();
    const next = madeUp(7);
    aws.answer = (url) => (url === `/${next}` ? rotated.pem : 404);
    const named = (file: string) => ({ SigningCertURL: `https://${host}/${file}` });
    for (let index = 100; index < 140; index += 1)
      expect((await post(server.url, message(named(madeUp(index))))).status).toBe(503);
    const turned = message(named(next), { key: rotated.privateKey });
    expect((await post(server.url, turned)).status).toBe(503);
    const guessed = { 'x-amz-sns-subscription-arn': `${topicArn}:00000000-0000-0000-0000-000000000000` };
    expect((await post(server.url, turned, guessed)).status).toBe(503);
    expect((await post(server.url, turned, subscribed)).status).toBe(200);
    expect((await post(server.url, turned)).status).toBe(200);
  });
});

describe('a confirmation', () => {
  test('is given at a URL of our own, and the one of the payload is not called', async () => {
    const { server, aws, published, heard } = await start();
    expect((await post(server.url, message(confirmation()))).status).toBe(200);
    const asked = new URL(aws.requests[1] ?? '', aws.origin);
    expect([...asked.searchParams]).toEqual([
      ['Action', 'ConfirmSubscription'],
      ['TopicArn', topicArn],
      ['Token', 'token&TopicArn=arn:aws:sns:evil'],
    ]);
    expect(asked.pathname).toBe('/');
    expect([published, heard, aws.requests.length]).toEqual([[], ['subscription-confirmation'], 2]);
  });

  test('is not given for another topic, nor without a signature', async () => {
    const { server, aws } = await start();
    const other = message(confirmation({ TopicArn: `${topicArn}-2` }));
    const forged = message(confirmation(), { key: foreign.privateKey });
    expect([(await post(server.url, other)).status, (await post(server.url, forged)).status]).toEqual([401, 401]);
    expect(aws.requests).toEqual([`/${certFile}`]);
  });

  test('that SNS does not take is asked for again', async () => {
    const { server, aws, heard } = await start();
    aws.answer = (url) => (url.endsWith('.pem') ? genuine.pem : 500);
    expect((await post(server.url, message(confirmation()))).status).toBe(503);
    expect(heard).toEqual(['confirmation-failed']);
  });

  test('of the end of a subscription is counted and not landed', async () => {
    const { server, aws, published, heard } = await start();
    const body = message(confirmation({ Type: 'UnsubscribeConfirmation' }));
    expect((await post(server.url, body)).status).toBe(200);
    expect([published, heard, aws.requests.length]).toEqual([[], ['unsubscribe-confirmation'], 1]);
  });
});

test('bodies of senders that are not known yet never take all places', async () => {
  const { server, heard } = await startLanding(createSnsTransport({ topicArn, endpoint: 'http://127.0.0.1:9' }), {
    maxInFlight: 4,
  });
  closing.push(() => server.close());
  const slow = connect(server.port, '127.0.0.1');
  slow.on('error', () => {});
  slow.write(`POST /hook HTTP/1.1\r\nHost: x\r\nx-amz-sns-topic-arn: ${topicArn}\r\nContent-Length: 100\r\n\r\nabc`);
  while (server.inFlight() < 1) await new Promise((resolve) => setTimeout(resolve, 5));
  expect((await post(server.url, message())).status).toBe(503);
  expect(heard).toEqual(['overloaded']);
  expect(server.inFlight()).toBe(1);
  slow.destroy();
});

test('slow bodies of strangers keep nobody out whose subscription is known, and what he sends must be signed', async () => {
  const { server, published, heard } = await start({ maxInFlight: 4 });
  const subscribed = { 'x-amz-sns-subscription-arn': `${topicArn}:2bcfbf39-05c3-41de-beaa-fcfcc21c8f55` };
  expect((await post(server.url, message(), subscribed)).status).toBe(200);
  const slow = connect(server.port, '127.0.0.1');
  slow.on('error', () => {});
  slow.write(`POST /hook HTTP/1.1\r\nHost: x\r\nx-amz-sns-topic-arn: ${topicArn}\r\nContent-Length: 100\r\n\r\nabc`);
  await vi.waitFor(() => expect(server.inFlight()).toBe(1));
  const forged = message({}, { key: foreign.privateKey });
  expect((await post(server.url, message())).status).toBe(503);
  expect((await post(server.url, message(), subscribed)).status).toBe(200);
  expect((await post(server.url, forged, subscribed)).status).toBe(401);
  expect([published.length, heard]).toEqual([2, ['landed 1', 'overloaded', 'landed 1', 'unauthorized']]);
  slow.destroy();
});

test('a subscription is known by a notification only, and by its own ARN', async () => {
  const { server } = await start({ maxInFlight: 4 });
  const named = (name: string) => ({ 'x-amz-sns-subscription-arn': name });
  const names = ['PendingConfirmation', `${topicArn}:00000000-0000-0000-0000-000000000000`];
  expect((await post(server.url, message(confirmation()), named(names[1] ?? ''))).status).toBe(200);
  expect((await post(server.url, message(), named(names[0] ?? ''))).status).toBe(200);
  const slow = connect(server.port, '127.0.0.1');
  slow.on('error', () => {});
  slow.write(`POST /hook HTTP/1.1\r\nHost: x\r\nx-amz-sns-topic-arn: ${topicArn}\r\nContent-Length: 100\r\n\r\nabc`);
  await vi.waitFor(() => expect(server.inFlight()).toBe(1));
  for (const name of names) expect((await post(server.url, message(), named(name))).status).toBe(503);
  slow.destroy();
});
