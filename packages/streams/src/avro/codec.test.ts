import { loadSchema, type OrderLink, replayTopics, topics } from '@pipeline/schemas';
import avsc from 'avsc';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Codec, type CodecOptions, createCodec } from './codec.ts';
import { answerWith, type FakeRegistry, frame, startFakeRegistry } from './fakeRegistry.ts';

const links = topics.fulfillmentLinks;
const subject = 'dev.fulfillment.links.v1-value';
const schema = loadSchema('fulfillment.links.v1') as Extract<ReturnType<typeof loadSchema>, { type: unknown }> & {
  fields: { name: string }[];
};
const link: OrderLink = {
  orderId: 'order-1',
  projectKey: 'shop',
  provider: 'fulfillmenttools',
  instance: 'default',
  processId: 'process-1',
  tenantOrderId: null,
  providerOrderId: null,
  linkedAt: 1_700_000_000_000,
};

let registry: FakeRegistry;
let clock = 0;

beforeEach(async () => {
  clock = 0;
  registry = await startFakeRegistry();
});
afterEach(async () => {
  await registry[Symbol.asyncDispose]();
});

function codecFor(changes: Partial<CodecOptions> = {}): Codec {
  return createCodec({
    registryUrl: registry.url,
    prefix: 'dev.',
    topics: [links],
    strict: true,
    now: () => clock,
    timeoutMs: 500,
    ...changes,
  });
}

async function warmCodec(changes: Partial<CodecOptions> = {}): Promise<Codec> {
  registry.register(subject, schema, 7);
  const codec = codecFor(changes);
  await codec.warm();
  return codec;
}

/** Encode and decode throw or reject; to a caller that awaits it is the same. */
const outcome = async (call: () => unknown): Promise<unknown> => {
  try {
    return await call();
  } catch (error) {
    return error;
  }
};

describe('encode', () => {
  it('writes 0, the id of our own schema, and the body', async () => {
    const bytes = (await warmCodec()).encode(links, link) as Buffer;
    expect([...bytes.subarray(0, 5)]).toEqual([0, 0, 0, 0, 7]);
    expect(avsc.Type.forSchema(schema as never).fromBuffer(bytes.subarray(5))).toEqual(link);
  });

  it('answers at once when the id is known, and asks once for all who need it before', async () => {
    registry.register(subject, schema, 7);
    const codec = codecFor();
    const first = [codec.encode(links, link), codec.encode(links, link), codec.encode(links, link)];
    expect(first.every((result) => result instanceof Promise)).toBe(true);
    for (const result of first) expect(await result).toBeInstanceOf(Buffer);
    expect(codec.encode(links, link)).toBeInstanceOf(Buffer);
    expect(registry.requests).toHaveLength(1);
  });

  it('takes the id of the schema that equals ours, not of the newest one', async () => {
    registry.register(subject, schema, 7);
    registry.register(subject, { ...schema, doc: 'a newer version' }, 9);
    const bytes = await codecFor().encode(links, link);
    expect(bytes.readInt32BE(1)).toBe(7);
  });

  it('names the command that registers when the subject or our version of it is not there', async () => {
    const expected = expect.objectContaining({
      errorClass: 'transient',
      code: 'schema-not-registered',
      message: expect.stringContaining('npm run setup'),
    });
    expect(await outcome(() => codecFor().encode(links, link))).toEqual(expected);
    registry.register(subject, { ...schema, doc: 'another version' }, 9);
    expect(await outcome(() => codecFor().warm())).toEqual(expected);
  });

  it('believes "not registered" for a short while only', async () => {
    const codec = codecFor({ notFoundTtlMs: 5_000 });
    await outcome(() => codec.encode(links, link));
    registry.register(subject, schema, 7);
    clock = 4_999;
    expect(await outcome(() => codec.encode(links, link))).toMatchObject({ code: 'schema-not-registered' });
    expect(registry.requests).toHaveLength(1);
    clock = 5_000;
    expect(await outcome(() => codec.encode(links, link))).toBeInstanceOf(Buffer);
  });

  it('names the field that does not fit and never shows its value', async () => {
    const codec = await warmCodec();
    const wrong = { ...link, linkedAt: 'secret@example.com', processId: 42 } as unknown as OrderLink;
    const error = (await outcome(() => codec.encode(links, wrong))) as Error;
    expect(error).toMatchObject({ errorClass: 'permanent', stage: 'map', code: 'unencodable' });
    expect(error.message).toContain('linkedAt is not long');
    expect(error.message).toContain('processId');
    expect(error.message + String(error.cause)).not.toContain('secret');
  });

  it('names the whole path of a nested field', async () => {
    const codec = createCodec({ registryUrl: registry.url, prefix: '', topics: [topics.commerceOrders] });
    const error = await outcome(() =>
      codec.encode(topics.commerceOrders, { type: 'OrderConfirmed', order: { totalPrice: { amount: 'x' } } } as never),
    );
    expect(error).toMatchObject({ code: 'unencodable' });
  });

  it('refuses a number that is not exact', async () => {
    const codec = await warmCodec();
    expect(await outcome(() => codec.encode(links, { ...link, linkedAt: 2 ** 60 }))).toMatchObject({
      errorClass: 'permanent',
      code: 'unencodable',
    });
  });

  it('refuses unknown fields when strict, by name', async () => {
    const codec = await warmCodec();
    const extra = { ...link, colour: 'red' };
    expect(await outcome(() => codec.encode(links, extra))).toMatchObject({
      code: 'unencodable',
      message: expect.stringContaining('colour'),
    });
    expect((await warmCodec({ strict: false })).encode(links, extra)).toBeInstanceOf(Buffer);
  });

  it('passes bytes of a topic without schema through, asking nobody', async () => {
    const codec = codecFor({ topics: [topics.commercetoolsNotifications] });
    const bytes = Buffer.from('{"not":"avro"}');
    expect(codec.encode(topics.commercetoolsNotifications, bytes)).toBe(bytes);
    expect(codec.encode(topics.commercetoolsNotifications, new Uint8Array(bytes))).toEqual(bytes);
    expect(codec.decode(topics.commercetoolsNotifications, bytes)).toBe(bytes);
    expect(() => codec.encode(topics.commercetoolsNotifications, 'text' as never)).toThrow(
      expect.objectContaining({ code: 'unencodable' }),
    );
    await codec.warm();
    expect(registry.requests).toEqual([]);
  });
});

describe('decode', () => {
  it('gives back what was encoded, at once when the writer is known', async () => {
    const codec = await warmCodec();
    const bytes = await codec.encode(links, link);
    expect(await codec.decode(links, bytes)).toEqual(link);
    expect(codec.decode(links, bytes)).toEqual(link);
    expect(registry.requests.filter((request) => request.startsWith('GET'))).toHaveLength(1);
  });

  it.each([10, 65_000, 65_536, 1_000_000])(
    'gives back a value of some %d bytes, whatever is encoded next',
    async (length) => {
      const codec = await warmCodec();
      const long = { ...link, tenantOrderId: 'ü'.repeat(length / 2) };
      const bytes = await codec.encode(links, long);
      await codec.encode(links, link);
      expect(await codec.decode(links, bytes)).toEqual(long);
    },
  );

  it('reads an older and a newer writer into our shape', async () => {
    const older = { ...schema, fields: schema.fields.filter((field) => field.name !== 'tenantOrderId') };
    const newer = { ...schema, fields: [{ name: 'weight', type: 'double' }, ...schema.fields] };
    registry.addSchema(11, older);
    registry.addSchema(12, newer);
    const codec = await warmCodec();
    const { tenantOrderId: _, ...old } = link;
    const fromOlder = frame(11, avsc.Type.forSchema(older as never).toBuffer(old));
    const fromNewer = frame(12, avsc.Type.forSchema(newer as never).toBuffer({ ...link, weight: 1.5 }));
    expect(await codec.decode(links, fromOlder)).toEqual(link);
    expect(await codec.decode(links, fromNewer)).toEqual(link);
    expect(codec.decode(links, fromOlder)).toEqual(link);
  });

  it("reads a replay lane, which has its source's schema and no subject of its own", async () => {
    registry.register('dev.commerce.orders.v1-value', loadSchema('commerce.orders.v1'), 3);
    const codec = codecFor({ topics: [replayTopics.commerceOrders] });
    await codec.warm();
    expect(registry.requests).toEqual(['POST /subjects/dev.commerce.orders.v1-value']);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a wrong first byte', Buffer.from([1, 0, 0, 0, 7, 1, 2])],
    ['JSON', Buffer.from('{"orderId":"1"}')],
    ['a cut id', Buffer.from([0, 0, 0])],
    ['id 0', Buffer.from([0, 0, 0, 0, 0, 1])],
    ['a negative id', Buffer.from([0, 255, 255, 255, 255, 1])],
  ])('takes %s for undecodable without asking the registry', async (_, bytes) => {
    expect(await outcome(() => codecFor().decode(links, bytes))).toMatchObject({
      errorClass: 'permanent',
      stage: 'deserialize',
      code: 'undecodable',
    });
    expect(registry.requests).toEqual([]);
  });

  it('takes a cut body, one byte too many and rubbish for undecodable, at the first and at later readings', async () => {
    const codec = await warmCodec();
    const bytes = await codec.encode(links, link);
    const broken = [
      bytes.subarray(0, -1),
      Buffer.concat([bytes, Buffer.of(0)]),
      bytes.subarray(0, 5),
      frame(7, Buffer.alloc(9, 255)),
    ];
    for (const item of [...broken, ...broken]) {
      const error = await outcome(() => codec.decode(links, item));
      expect(error).toMatchObject({ errorClass: 'permanent', stage: 'deserialize', code: 'undecodable' });
    }
  });

  it('takes an id that a healthy registry does not know for permanent, and asks again after a while', async () => {
    const codec = await warmCodec({ notFoundTtlMs: 5_000 });
    const bytes = frame(99, avsc.Type.forSchema(schema as never).toBuffer(link));
    const expected = { errorClass: 'permanent', stage: 'deserialize', code: 'unknown-schema-id' };
    expect(await outcome(() => codec.decode(links, bytes))).toMatchObject(expected);
    const asked = registry.requests.length;
    expect(await outcome(() => codec.decode(links, bytes))).toMatchObject(expected);
    expect(registry.requests).toHaveLength(asked);
    registry.addSchema(99, schema);
    clock = 5_001;
    expect(await outcome(() => codec.decode(links, bytes))).toEqual(link);
  });

  it('does not blame a record when the registry has lost its store', async () => {
    const bytes = frame(99, Buffer.alloc(3));
    expect(await outcome(() => codecFor().decode(links, bytes))).toMatchObject({
      errorClass: 'transient',
      code: 'schema-not-registered',
    });
  });

  it('does not take another kind of schema for Avro', async () => {
    registry.addSchema(50, { type: 'object', properties: {} }, 'JSON');
    const codec = await warmCodec();
    expect(await outcome(() => codec.decode(links, frame(50, Buffer.from('{}'))))).toMatchObject({
      errorClass: 'permanent',
      code: 'undecodable',
    });
  });

  it("says so when ours cannot read the writer's schema", async () => {
    registry.addSchema(51, {
      type: 'record',
      name: 'OrderLink',
      namespace: 'pipeline',
      fields: [{ name: 'x', type: 'int' }],
    });
    const codec = await warmCodec();
    expect(await outcome(() => codec.decode(links, frame(51, Buffer.of(2))))).toMatchObject({
      errorClass: 'permanent',
      code: 'incompatible-schema',
    });
  });
});

describe('a registry that is not well', () => {
  const faults: [string, Parameters<FakeRegistry['fail']>[0]][] = [
    ['500', answerWith(500, '{"error_code":50001,"message":"Error in the backend datastore"}')],
    ['503 HTML', answerWith(503, '<html>Service Unavailable</html>', 'text/html')],
    ['200 HTML', answerWith(200, '<html>Welcome</html>', 'text/html')],
    ['200 with an empty body', answerWith(200, '')],
    ['200 with JSON null', answerWith(200, 'null')],
    ['200 with an empty object', answerWith(200, '{}')],
    ['200 with a string for an id', answerWith(200, '{"id":"7","schema":"nonsense"}')],
    ['404 of a gateway', answerWith(404, '{"message":"no Route matched with those values"}', 'application/json')],
    ['404 HTML', answerWith(404, '<html>Not Found</html>', 'text/html')],
    ['400', answerWith(400, '{"error_code":400,"message":"bad"}')],
    ['401', answerWith(401, '{"error_code":401,"message":"Unauthorized"}')],
    ['403', answerWith(403, 'Forbidden', 'text/plain')],
    ['422', answerWith(422, '{"error_code":42201,"message":"Invalid schema"}')],
    ['429', answerWith(429, '{"error_code":42901,"message":"Too many"}')],
    ['redirect to nowhere', (_, response) => response.writeHead(302, { location: '/elsewhere' }).end()],
    ['cut connection', (request) => request.socket.destroy()],
    [
      'answer cut midway',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
        response.write('{"id":');
        setTimeout(() => response.socket?.destroy(), 20);
      },
    ],
    ['no answer', () => undefined],
    [
      'answer that trickles for ever',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const drip = setInterval(() => response.write(' '), 20);
        response.on('close', () => clearInterval(drip));
      },
    ],
  ];

  it.each(faults)('never makes a permanent error of: %s', async (_, fault) => {
    registry.fail(fault);
    const encoding = (await outcome(() => codecFor().encode(links, link))) as Error;
    const decoding = (await outcome(() => codecFor().decode(links, frame(7, Buffer.alloc(9))))) as Error;
    for (const error of [encoding, decoding]) {
      expect(error).toMatchObject({ name: 'PipelineError', errorClass: 'transient' });
      expect(error).toMatchObject({ code: expect.stringMatching(/^(registry-unavailable|schema-not-registered)$/) });
    }
  });

  it.each<[string, Parameters<FakeRegistry['fail']>[0], string]>([
    ['a connection that is cut', (request) => request.socket.destroy(), 'no answer (socket hang up)'],
    ['no answer in time', () => undefined, 'no answer within 500 ms'],
    ['a refusal', answerWith(400, '{"error_code":400,"message":"bad"}'), 'status 400'],
    ['a refusal of a gateway', answerWith(400, '<html>ERROR</html>', 'text/html'), 'no usable answer'],
  ])('names what there was in the place of an answer: %s', async (_, fault, words) => {
    registry.fail(fault);
    const error = (await outcome(() => codecFor().encode(links, link))) as Error;
    expect(error.message).toContain(`: ${words}. Check`);
  });

  it('is asked again at the very next message, and then works', async () => {
    const codec = await warmCodec();
    const bytes = await codec.encode(links, link);
    registry.fail(answerWith(500, '{}'));
    expect(await outcome(() => codec.decode(links, bytes))).toMatchObject({
      code: 'registry-unavailable',
      httpStatus: 500,
    });
    registry.recover();
    expect(await outcome(() => codec.decode(links, bytes))).toEqual(link);
  });

  it('no longer matters once the schemas are known', async () => {
    const codec = await warmCodec();
    const bytes = await codec.encode(links, link);
    await codec.decode(links, bytes);
    registry.fail(answerWith(500, '{}'));
    expect(codec.decode(links, codec.encode(links, link) as Buffer)).toEqual(link);
  });

  it('is transient when nothing listens there, and the address is shown without credentials', async () => {
    const { url } = registry;
    await registry[Symbol.asyncDispose]();
    const codec = codecFor({ registryUrl: url.replace('//', '//user:hunter2@') });
    const error = (await outcome(() => codec.encode(links, link))) as Error;
    expect(error).toMatchObject({ errorClass: 'transient', code: 'registry-unavailable', httpStatus: undefined });
    expect(error.message).toContain('no answer (ECONNREFUSED)');
    expect(error.message).toContain('127.0.0.1');
    expect(error.message).not.toContain('hunter2');
    registry = await startFakeRegistry();
  });

  it('gets our credentials', async () => {
    let seen: string | undefined;
    registry.fail((request, response) => {
      seen = request.headers.authorization;
      answerWith(500, '{}')(request, response);
    });
    await outcome(() => codecFor({ registryAuth: { username: 'u', password: 'p' } }).warm());
    expect(seen).toBe(`Basic ${Buffer.from('u:p').toString('base64')}`);
  });
});
