import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createLandingServer, type LandingServer, type LandingServerOptions } from './landingServer.ts';
import type { LandingMessage, ToRecords } from './landingMessage.ts';
import { fixedSecrets, type SecretCheckOptions } from './secrets/secretCheck.ts';
import { createSecretTransport } from './transports/secretTransport.ts';
import { send, sendRaw } from '@pipeline/service-kit/testing';

const secret = 'correct-horse-battery-staple-0123456789';
const bearer = { authorization: `Bearer ${secret}` };

let server: LandingServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

type Options = Partial<LandingServerOptions> & {
  readonly toRecords?: ToRecords;
  readonly check?: Partial<SecretCheckOptions>;
};

async function start({ toRecords, check, ...options }: Options = {}) {
  const published: LandingMessage[] = [];
  const landed: number[] = [];
  const rejected: { reason: string; error: unknown }[] = [];
  const running = await createLandingServer({
    host: '127.0.0.1',
    port: 0,
    endpoints: [
      {
        path: '/hook',
        transport: createSecretTransport({ secrets: fixedSecrets(secret), ...check }),
        toRecords: toRecords ?? ((value) => [{ key: 'key-1', value, id: null }]),
      },
    ],
    publish: async (messages) => void published.push(...messages),
    source: 'commercetools',
    producer: 'ingest-ct@1.2.3',
    hooks: {
      landed: ({ seconds }) => void landed.push(seconds),
      rejected: (reason, error) => void rejected.push({ reason, error }),
    },
    ...options,
  });
  server = running;
  return { server: running, published, landed, rejected };
}

function never(): Promise<void> {
  return new Promise(() => {});
}

describe('what lands', () => {
  test('the bytes of the sender are published unchanged and answered with 200', async () => {
    const { server, published, landed, rejected } = await start();
    const body = randomBytes(70_000);
    const answer = await send(server.url, { headers: { ...bearer, 'content-type': 'application/json' }, body });
    expect(answer.status).toBe(200);
    expect(answer.body).toBe('');
    expect(published).toHaveLength(1);
    expect(published[0]?.value.equals(body)).toBe(true);
    expect(published[0]?.key).toBe('key-1');
    expect(landed).toHaveLength(1);
    expect(rejected).toEqual([]);
  });

  test('malformed JSON lands, too', async () => {
    const { server, published } = await start();
    const answer = await send(server.url, {
      headers: { ...bearer, 'content-type': 'application/json' },
      body: '{"a":',
    });
    expect(answer.status).toBe(200);
    expect(published[0]?.value.toString()).toBe('{"a":');
  });

  test.each([
    ['none', undefined],
    ['one that is no media type', 'nonsense'],
    ['a broken parameter', 'application/json; charset="'],
    ['a form', 'application/x-www-form-urlencoded'],
    ['multipart without a boundary', 'multipart/form-data'],
    ['plain text, as SNS sends', 'text/plain; charset=UTF-8'],
    ['structured CloudEvents', 'application/cloudevents+json; charset=utf-8'],
  ])('any content type lands: %s', async (_name, contentType) => {
    const { server, published } = await start();
    const headers = { ...bearer, ...(contentType !== undefined && { 'content-type': contentType }) };
    const answer = await send(server.url, { headers, body: 'a=b' });
    expect(answer.status).toBe(200);
    expect(published[0]?.value.toString()).toBe('a=b');
    expect(published[0]?.headers['content-type']).toBe(contentType ?? 'application/json');
  });

  test('a chunked body without a length lands', async () => {
    const { server, published } = await start();
    const head = `POST /hook HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secret}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`;
    const answer = await sendRaw(server.port, `${head}3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(published[0]?.value.toString()).toBe('abcde');
  });

  test('the message carries CloudEvents attributes, origin and producer', async () => {
    const { server, published } = await start();
    await send(server.url, { headers: bearer, body: '{}' });
    await send(server.url, { headers: bearer, body: '{}' });
    const [first, second] = published.map((message) => message.headers);
    expect(first).toMatchObject({
      ce_specversion: '1.0',
      ce_type: 'commercetools.notification',
      ce_source: '/commercetools',
      origin: 'live',
      producer: 'ingest-ct@1.2.3',
    });
    expect(first?.['ce_id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(first?.['ce_id']).not.toBe(second?.['ce_id']);
    expect(new Date(first?.['ce_time'] ?? '').toISOString()).toBe(first?.['ce_time']);
    expect(Object.keys(first ?? {}).sort()).toEqual(
      [
        'ce_id',
        'ce_source',
        'ce_specversion',
        'ce_time',
        'ce_type',
        'content-type',
        'origin',
        'producer',
        'traceparent',
      ].sort(),
    );
  });

  test('a valid traceparent of the sender goes on, an invalid one is replaced', async () => {
    const { server, published } = await start();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await send(server.url, { headers: { ...bearer, traceparent }, body: '{}' });
    await send(server.url, {
      headers: { ...bearer, traceparent: `00-${'0'.repeat(32)}-b7ad6b7169203331-01` },
      body: '{}',
    });
    expect(published[0]?.headers['traceparent']).toBe(traceparent);
    expect(published[1]?.headers['traceparent']).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  test.each([
    [
      'throws',
      () => {
        throw new SyntaxError('not JSON');
      },
      null,
    ],
    ['finds none', () => null, null],
    ['finds an empty one', () => '', null],
    ['finds an absurdly long one', () => 'k'.repeat(10_000), null],
    ['finds one', (bytes: Buffer) => (JSON.parse(bytes.toString()) as { id: string }).id, 'o-1'],
  ])('the key is what is found in the bytes: the reader %s', async (_name, keyOf, expected) => {
    const { server, published } = await start({ toRecords: (value) => [{ key: keyOf(value), value, id: null }] });
    const answer = await send(server.url, { headers: bearer, body: '{"id":"o-1"}' });
    expect(answer.status).toBe(200);
    expect(published[0]?.key).toBe(expected);
  });

  test('200 is not answered before publish has resolved', async () => {
    let finish = (): void => {};
    const { server } = await start({
      publish: () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    });
    let answered = false;
    const answer = send(server.url, { headers: bearer, body: '{}' }).then((result) => {
      answered = true;
      return result;
    });
    await vi.waitFor(() => expect(server.inFlight()).toBe(1));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(answered).toBe(false);
    finish();
    expect((await answer).status).toBe(200);
  });
});

describe('who may land', () => {
  test.each([
    ['no header', {}],
    ['an empty bearer', { authorization: 'Bearer ' }],
    ['the secret without a scheme', { authorization: secret }],
    ['another scheme', { authorization: `Basic ${secret}` }],
    ['one character less', { authorization: `Bearer ${secret.slice(0, -1)}` }],
    ['one character more', { authorization: `Bearer ${secret}x` }],
    ['another case', { authorization: `Bearer ${secret.toUpperCase()}` }],
    ['the secret in another header', { 'x-api-key': secret }],
    ['the secret among others', { authorization: `Bearer ${secret}, Bearer other` }],
  ])('401 and nothing written with %s', async (_name, headers) => {
    const { server, published, rejected } = await start();
    const answer = await send(server.url, { headers: headers as Record<string, string>, body: '{}' });
    expect(answer.status).toBe(401);
    expect(published).toEqual([]);
    expect(rejected.map(({ reason }) => reason)).toEqual(['unauthorized']);
  });

  test('the scheme is not case sensitive', async () => {
    const { server } = await start();
    expect((await send(server.url, { headers: { authorization: `bearer ${secret}` }, body: '{}' })).status).toBe(200);
  });

  test('a query parameter counts only where it is configured', async () => {
    const closed = await start();
    expect((await send(`${closed.server.url}?token=${secret}`, { body: '{}' })).status).toBe(401);
    await closed.server.close();
    const open = await start({ check: { queryParameter: 'token' } });
    expect((await send(`${open.server.url}?token=${secret}`, { body: '{}' })).status).toBe(200);
    expect((await send(`${open.server.url}?token=${secret}x`, { body: '{}' })).status).toBe(401);
    expect((await send(`${open.server.url}?token=`, { body: '{}' })).status).toBe(401);
    expect((await send(`${open.server.url}?token=x&token=${secret}`, { body: '{}' })).status).toBe(401);
    expect((await send(`${open.server.url}?token=${secret}&token=x`, { body: '{}' })).status).toBe(401);
    expect((await send(`${open.server.url}?TOKEN=${secret}`, { body: '{}' })).status).toBe(401);
  });

  test('the query with the secret is not in the message', async () => {
    const { server, published } = await start({ check: { queryParameter: 'token' } });
    await send(`${server.url}?token=${secret}`, { headers: { referer: secret }, body: '{}' });
    expect(JSON.stringify(published[0]?.headers)).not.toContain(secret);
  });

  test('a secret with characters beyond ASCII works in the header and in the query', async () => {
    const odd = 'pässwörd-mit-ümläuten-und-€';
    const { server } = await start({ check: { secrets: fixedSecrets(odd), queryParameter: 'token' } });
    const asHeader = Buffer.from(`Bearer ${odd}`, 'utf8').toString('latin1');
    expect((await send(server.url, { headers: { authorization: asHeader }, body: Buffer.from('{}') })).status).toBe(
      200,
    );
    expect((await send(`${server.url}?token=${encodeURIComponent(odd)}`, { body: '{}' })).status).toBe(200);
  });

  test('an empty secret, or none, is refused at the start', () => {
    expect(() => fixedSecrets('')).toThrow(RangeError);
    expect(() => fixedSecrets()).toThrow(RangeError);
  });

  test('401 comes before the body is read, and the connection is closed', async () => {
    const { server, published } = await start();
    const answer = await sendRaw(server.port, 'POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(published).toEqual([]);
  });
});

test('an empty body lands, as no bytes and not as a tombstone', async () => {
  const { server, published, rejected } = await start();
  expect((await send(server.url, { headers: bearer })).status).toBe(200);
  expect(
    (await send(server.url, { headers: { ...bearer, 'content-type': 'application/json', 'content-length': '0' } }))
      .status,
  ).toBe(200);
  const chunked = `POST /hook HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secret}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`;
  expect(await sendRaw(server.port, chunked)).toMatch(/^HTTP\/1\.1 200 /);
  expect(published.map(({ value }) => value)).toEqual([Buffer.alloc(0), Buffer.alloc(0), Buffer.alloc(0)]);
  expect(rejected).toEqual([]);
});

describe('what is refused', () => {
  test('a body over the limit gets 413, by its announced length and by its real one', async () => {
    const { server, published, rejected } = await start({ bodyLimit: 1_000 });
    const head = `POST /hook HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secret}\r\n`;
    expect(await sendRaw(server.port, `${head}Content-Length: 1001\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413 /);
    const chunk = `3e9\r\n${'x'.repeat(1_001)}\r\n`;
    expect(await sendRaw(server.port, `${head}Transfer-Encoding: chunked\r\n\r\n${chunk}`)).toMatch(/^HTTP\/1\.1 413 /);
    expect((await send(server.url, { headers: bearer, body: Buffer.alloc(1_000) })).status).toBe(200);
    expect(published).toHaveLength(1);
    expect(rejected.map(({ reason }) => reason)).toEqual(['too-large', 'too-large']);
  });

  test.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s gets 405', async (method) => {
    const { server, published } = await start();
    const answer = await send(server.url, { method, headers: bearer });
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe('POST');
    expect(published).toEqual([]);
  });

  test.each(['/', '/hook/', '/hook/x', '/metrics', '/livez', '/%', '/hook%', '//hook'])(
    'another path gets no 2xx and no echo: %s',
    async (path) => {
      const { server, published } = await start();
      const answer = await send(`http://127.0.0.1:${server.port}${path}?token=canary`, { headers: bearer, body: '{}' });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(answer.body).not.toContain('canary');
      expect(published).toEqual([]);
    },
  );
});

describe('when Kafka does not take it', () => {
  test('a rejected publish gets 503 with Retry-After, and nothing of the error leaves', async () => {
    const failure = new Error('broker b-7.internal refused, password hunter2');
    const { server, rejected, landed } = await start({ publish: () => Promise.reject(failure) });
    const answer = await send(server.url, { headers: bearer, body: '{}' });
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.body).toBe('{"error":"try again"}');
    expect(rejected).toEqual([{ reason: 'publish-failed', error: failure }]);
    expect(landed).toEqual([]);
  });

  test.each([400, 413, 404])('an error that carries an HTTP status %d is still 503', async (statusCode) => {
    const { server } = await start({
      publish: () => Promise.reject(Object.assign(new Error('no'), { statusCode, status: statusCode })),
    });
    expect((await send(server.url, { headers: bearer, body: '{}' })).status).toBe(503);
  });

  test('a publish that throws before it returns a promise gets 503', async () => {
    const publish = () => {
      throw new TypeError('a defect');
    };
    const { server } = await start({ publish });
    expect((await send(server.url, { headers: bearer, body: '{}' })).status).toBe(503);
    expect(server.inFlight()).toBe(0);
  });

  test('a publish that hangs gets 503 after the time-out', async () => {
    const { server, rejected } = await start({ publish: never, answerTimeoutMs: 20 });
    const answer = await send(server.url, { headers: bearer, body: '{}' });
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('1');
    expect(rejected.map(({ reason }) => reason)).toEqual(['publish-timeout']);
  });

  test('a publish that fails after its time-out harms nobody', async () => {
    let fail = (_error: Error): void => {};
    const { server } = await start({
      answerTimeoutMs: 20,
      publish: () =>
        new Promise((_resolve, reject) => {
          fail = reject;
        }),
    });
    expect((await send(server.url, { headers: bearer, body: '{}' })).status).toBe(503);
    fail(new Error('too late'));
    await vi.waitFor(() => expect(server.inFlight()).toBe(0));
  });

  test('deliveries over the limit get 503 and are not held, those below it go through', async () => {
    const finish: (() => void)[] = [];
    const { server, rejected } = await start({
      maxInFlight: 3,
      publish: () => new Promise((resolve) => void finish.push(resolve)),
    });
    const held = [1, 2, 3].map(() => send(server.url, { headers: bearer, body: '{}' }));
    await vi.waitFor(() => expect(finish).toHaveLength(3));
    const over = await send(server.url, { headers: bearer, body: '{}' });
    expect(over.status).toBe(503);
    expect(over.headers['retry-after']).toBe('1');
    expect(finish).toHaveLength(3);
    expect(rejected.map(({ reason }) => reason)).toEqual(['overloaded']);
    for (const resolve of finish) resolve();
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([200, 200, 200]);
    await vi.waitFor(() => expect(server.inFlight()).toBe(0));
  });

  test('bytes over the limit get 503, from when they are announced until their work has settled', async () => {
    const finish: (() => void)[] = [];
    const { server, rejected } = await start({
      bodyLimit: 1_000,
      maxBytesInFlight: 2_500,
      publish: () => new Promise((resolve) => void finish.push(resolve)),
    });
    const body = 'x'.repeat(900);
    const status = async (headers: Record<string, string> = {}) => {
      const answer = await send(server.url, { headers: { ...bearer, ...headers }, body });
      return [answer.status, answer.headers['retry-after']];
    };
    const held = [1, 2].map(() => send(server.url, { headers: bearer, body }));
    await vi.waitFor(() => expect(finish).toHaveLength(2));
    expect(server.bytesInFlight()).toBe(1_800);
    expect(await status()).toEqual([503, '1']);
    // Announced, and nothing of it is there.
    const socket = connect(server.port, '127.0.0.1');
    socket.write(`POST /hook HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secret}\r\nContent-Length: 700\r\n\r\n`);
    await vi.waitFor(() => expect(server.bytesInFlight()).toBe(2_500));
    const tiny = await send(server.url, { headers: bearer, body: 'x' });
    expect(tiny.status).toBe(503);
    socket.destroy();
    await vi.waitFor(() => expect(server.bytesInFlight()).toBe(1_800));
    expect(rejected.map(({ reason }) => reason).filter((reason) => reason === 'overloaded')).toHaveLength(2);
    for (const resolve of finish) resolve();
    expect((await Promise.all(held)).map((answer) => answer.status)).toEqual([200, 200]);
    await vi.waitFor(() => expect(server.bytesInFlight()).toBe(0));
  });

  test('a packed body, or one of no announced length, counts as the largest that it may become', async () => {
    const finish: (() => void)[] = [];
    const { server } = await start({
      bodyLimit: 1_000,
      maxBytesInFlight: 10_000,
      publish: () => new Promise((resolve) => void finish.push(resolve)),
    });
    const packed = gzipSync('x'.repeat(900));
    const held = [send(server.url, { headers: { ...bearer, 'content-encoding': 'gzip' }, body: packed })];
    await vi.waitFor(() => expect(finish).toHaveLength(1));
    expect(server.bytesInFlight()).toBe(packed.length + 1_000);
    const socket = connect(server.port, '127.0.0.1');
    const head = `POST /hook HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secret}\r\nTransfer-Encoding: chunked\r\n\r\n`;
    socket.write(head);
    await vi.waitFor(() => expect(server.bytesInFlight()).toBe(packed.length + 2_000));
    // Once it is there it counts as what it is.
    socket.write('3\r\nabc\r\n0\r\n\r\n');
    await vi.waitFor(() => expect(server.bytesInFlight()).toBe(packed.length + 1_003));
    for (const resolve of finish) resolve();
    expect((await Promise.all(held)).map((answer) => answer.status)).toEqual([200]);
    await vi.waitFor(() => expect(server.bytesInFlight()).toBe(0));
    socket.destroy();
  });

  test('a timed-out publish keeps its place until it settles: memory stays bounded', async () => {
    let finish = (): void => {};
    const { server } = await start({
      maxInFlight: 1,
      answerTimeoutMs: 20,
      publish: () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    });
    expect((await send(server.url, { headers: bearer, body: '{}' })).status).toBe(503);
    expect(server.inFlight()).toBe(1);
    expect((await send(server.url, { headers: bearer, body: '{}' })).status).toBe(503);
    finish();
    await vi.waitFor(() => expect(server.inFlight()).toBe(0));
  });

  test('requests without the secret take no place', async () => {
    const { server } = await start({ maxInFlight: 1 });
    const intruder = connect(server.port, '127.0.0.1');
    intruder.write('POST /hook HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer wrong\r\nContent-Length: 100\r\n\r\n');
    await new Promise((resolve) => intruder.once('data', resolve));
    expect((await send(server.url, { headers: bearer, body: '{}' })).status).toBe(200);
    intruder.destroy();
  });

  test('a sender that goes away in the middle of the body gives its place back', async () => {
    const { server, published, rejected } = await start({ maxInFlight: 1 });
    const socket = connect(server.port, '127.0.0.1');
    socket.write(`POST /hook HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secret}\r\nContent-Length: 100\r\n\r\nabc`);
    await vi.waitFor(() => expect(server.inFlight()).toBe(1));
    socket.destroy();
    await vi.waitFor(() => expect(server.inFlight()).toBe(0));
    expect(published).toEqual([]);
    expect(rejected.map(({ reason }) => reason)).toEqual(['malformed-request']);
  });
});

describe('several requests on one connection, sent at once', () => {
  const post = (bearerOf: string, path = '/hook') =>
    `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${bearerOf}\r\nContent-Length: 2\r\n\r\n{}`;

  test('give all their places back when it is cut, whatever they were at', async () => {
    let first = true;
    let finish = (): void => {};
    const { server } = await start({
      publish: () => {
        if (!first) return Promise.resolve();
        first = false;
        return new Promise((resolve) => {
          finish = resolve;
        });
      },
    });
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => {});
    // The answers of those behind the first wait for its own.
    const half = `POST /hook HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secret}\r\nContent-Length: 100\r\n\r\nabc`;
    socket.write(post(secret).repeat(4) + half);
    await vi.waitFor(() => expect(server.inFlight()).toBe(5));
    socket.resetAndDestroy();
    await vi.waitFor(() => expect(server.inFlight()).toBe(1));
    finish();
    await vi.waitFor(() => expect([server.inFlight(), server.bytesInFlight()]).toEqual([0, 0]));
  });

  test('are no more than sixteen: whoever sends more is cut off before they fill the memory', async () => {
    let judged = 0;
    const admit = () => {
      judged += 1;
      return new Promise<never>(() => undefined);
    };
    const toRecords: ToRecords = (value) => [{ key: null, value, id: null }];
    const { server } = await start({ endpoints: [{ path: '/hook', transport: { admit }, toRecords }] });
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => {});
    const cut = new Promise((resolve) => socket.once('close', resolve));
    socket.write(post(secret).repeat(2_000));
    await cut;
    expect(judged).toBe(16);
    const after = connect(server.port, '127.0.0.1');
    after.on('error', () => {});
    after.write(post(secret).repeat(16));
    await vi.waitFor(() => expect(judged).toBe(32));
    after.destroy();
  });

  test('are each judged on their own, and one that is refused ends the connection', async () => {
    const { server, published } = await start();
    const answer = await sendRaw(server.port, post(secret) + post('wrong') + post(secret));
    expect(answer.match(/HTTP\/1\.1 \d+/g)?.slice(0, 2)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 401']);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(2);
    expect(published.length).toBeLessThanOrEqual(2);
  });
});

describe('slow senders', { timeout: 30_000 }, () => {
  test.each([
    ['nothing at all', ''],
    ['half of the headers', 'POST /hook HTTP/1.1\r\nHost: x\r\nX-Slow: '],
    [
      'half of the body',
      `POST /hook HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secret}\r\nContent-Length: 100\r\n\r\nabc`,
    ],
    [
      'all of the body and half of a trailer',
      `POST /hook HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secret}\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-Slow: `,
    ],
    [
      'half of a chunk size',
      `POST /hook HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secret}\r\nTransfer-Encoding: chunked\r\n\r\n0000`,
    ],
  ])('a connection that sends %s is closed and nothing lands', async (_name, text) => {
    const { server, published } = await start({ requestTimeoutMs: 100 });
    const answer = await sendRaw(server.port, text);
    expect(answer).not.toMatch(/ 200 /);
    expect(published).toEqual([]);
    expect(server.inFlight()).toBe(0);
  });
});

describe('closing', { timeout: 30_000 }, () => {
  test('finishes what is in flight and then takes no more', async () => {
    let finish = (): void => {};
    const { server } = await start({
      publish: () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    });
    const inFlight = send(server.url, { headers: bearer, body: '{}' });
    await vi.waitFor(() => expect(server.inFlight()).toBe(1));
    const closed = server.close();
    await expect(send(server.url, { headers: bearer, body: '{}' })).rejects.toThrow(/ECONNREFUSED/);
    finish();
    expect((await inFlight).status).toBe(200);
    await closed;
  });

  test('does not wait for a connection that is only kept in reserve', async () => {
    const { server } = await start({ answerTimeoutMs: 60_000, requestTimeoutMs: 60_000 });
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => {});
    const cut = new Promise((resolve) => socket.once('close', resolve));
    await new Promise((resolve) => socket.once('connect', resolve));
    await server.close();
    await cut;
  });

  test('is not held up for ever by a sender that never finishes', async () => {
    const { server } = await start({ answerTimeoutMs: 20 });
    const sockets = [
      '',
      `POST /hook HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secret}\r\nContent-Length: 100\r\n\r\nabc`,
    ].map((text) => {
      const socket = connect(server.port, '127.0.0.1');
      socket.on('error', () => {});
      socket.write(text);
      return new Promise((resolve) => socket.once('close', resolve));
    });
    await vi.waitFor(() => expect(server.inFlight()).toBe(1));
    await server.close();
    await Promise.all(sockets);
    await vi.waitFor(() => expect(server.inFlight()).toBe(0));
  });
});
