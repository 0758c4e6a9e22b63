import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import { createProduceRequest, type ProduceOptions, type ProduceRequest } from './produceRequest.ts';
import { createRequestEncoder, type EncoderClass, type RequestParts } from './requestEncoder.ts';
import { loadTheirs } from './testing/loadTheirs.ts';

const theirs = loadTheirs<ProduceRequest>('kafkajs/src/protocol/requests/produce/v3/request.js');
const encodeTheirs = loadTheirs<ReturnType<typeof createRequestEncoder>>('kafkajs/src/protocol/request.js');
const NewEncoder = loadTheirs<EncoderClass>('kafkajs/src/protocol/encoder.js');
const ours = createProduceRequest(theirs, NewEncoder);
const encodeOurs = createRequestEncoder(NewEncoder);

afterEach(() => void vi.restoreAllMocks());

const content = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.uint8Array({ maxLength: 3_000 }).map((array) => Buffer.from(array)),
);
const message = fc.record(
  {
    key: fc.option(content),
    value: fc.option(content),
    headers: fc.dictionary(fc.string({ maxLength: 20 }), content, { maxKeys: 3 }),
    timestamp: fc.integer({ min: 1_000_000_000_000, max: 2_000_000_000_000 }).map(String),
  },
  { requiredKeys: [] },
);
const partition = fc.record(
  {
    partition: fc.nat(1_000),
    firstSequence: fc.nat(0x7fff_ffff),
    messages: fc.array(message, { minLength: 1, maxLength: 5 }),
  },
  { requiredKeys: ['partition', 'messages'] },
);
const options = fc.record(
  {
    acks: fc.constantFrom(-1, 0, 1),
    timeout: fc.nat(60_000),
    transactionalId: fc.option(fc.string({ unit: 'binary', maxLength: 40 })),
    producerId: fc.bigInt({ min: -1n, max: 2n ** 62n }).map(String),
    producerEpoch: fc.nat(0x7fff),
    topicData: fc.array(
      fc.record({
        topic: fc.string({ unit: 'binary', maxLength: 40 }),
        partitions: fc.array(partition, { maxLength: 4 }),
      }),
      { maxLength: 4 },
    ),
  },
  { requiredKeys: ['acks', 'timeout', 'topicData'] },
);

const bytesOf = async (request: RequestParts): Promise<Buffer> => (await request.encode()).buffer;

it('makes the same bytes as kafkajs of whatever is to be written', async () => {
  vi.spyOn(Date, 'now').mockReturnValue(1_790_000_000_123);
  await fc.assert(
    fc.asyncProperty(options, async (given) => {
      const expected = await bytesOf(theirs(given as ProduceOptions));
      expect((await bytesOf(ours(given as ProduceOptions))).equals(expected)).toBe(true);
    }),
  );
});

it('leaves to kafkajs what is to be compressed', async () => {
  vi.spyOn(Date, 'now').mockReturnValue(1_790_000_000_123);
  const messages = [{ key: 'k', value: 'x'.repeat(1_000) }];
  const given: ProduceOptions = {
    ...{ acks: -1, timeout: 1_000, compression: 1 },
    topicData: [{ topic: 't', partitions: [{ partition: 0, messages }] }],
  };
  const bytes = await bytesOf(ours(given));
  expect(bytes.length).toBeLessThan(500);
  expect(bytes).toEqual(await bytesOf(theirs(given)));
});

it('says of a request what kafkajs says, and puts the same before it', async () => {
  const given: ProduceOptions = { acks: 0, timeout: 1, topicData: [] };
  const request = ours(given);
  expect({ ...request, encode: undefined }).toMatchObject({ apiKey: 0, apiVersion: 3, apiName: 'Produce' });
  await fc.assert(
    fc.asyncProperty(fc.nat(0x7fff_ffff), fc.option(fc.string({ unit: 'binary' })), async (correlationId, clientId) => {
      const whole = { correlationId, clientId, request };
      const expected = await encodeTheirs(whole);
      expect((await encodeOurs(whole)).buffer.equals(expected.buffer)).toBe(true);
    }),
  );
});
