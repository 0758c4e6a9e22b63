import {
  aCommerceOrderEvent,
  aFulfillmentEvent,
  aLedgerEntry,
  anOrder,
  aPickJob,
  aPlacement,
  aProviderOrder,
  aState,
} from '@pipeline/fulfillment/testkit';
import { deadLetterTopics, type OrderLink, type Topic, topics } from '@pipeline/schemas';
import { partitionOf } from '@pipeline/streams';
import { type Codec, createCodec } from '@pipeline/streams/avro';
import { createKafka } from '@pipeline/streams/kafka';
import type { Kafka, Producer } from 'kafkajs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestTopics, type TestTopics } from '../../../../sandbox/src/testing/index.ts';
import { toSlices } from './kafka/slices.ts';
import { ops } from './ops.ts';
import { aLetterRecord, type LetterInput } from './testing/letters.ts';
import { type Answer, command as runCommand, contentOf as contentIn } from './testing/command.ts';

const PARTITIONS = 3;
const ORDER = '0b7c2f0e-5a4e-4a53-9d0a-0a52f4e3c0aa';
const FFT_ORDER = 'c9ce9e98-c8cc-46a0-89ae-ad0571a5f339';
const PROCESS = 'cb64f683-a8c6-493a-8a19-95ae3f4f9aa2';

let run: TestTopics;
let kafka: Kafka;
let producer: Producer;
let codec: Codec;
beforeEach(async () => {
  run = await createTestTopics({ partitions: PARTITIONS });
  kafka = createKafka({ clientId: 'ops-test', brokers: run.brokers });
  producer = kafka.producer();
  await producer.connect();
  const decoded = Object.values(topics).filter(({ schema }) => schema !== undefined);
  codec = createCodec({ registryUrl: run.registryUrl, prefix: run.prefix, topics: decoded });
});
afterEach(async () => {
  await producer.disconnect();
  await run.drop();
});

const command = (line: string, ask?: () => Promise<string>): Promise<Answer> => runCommand(run, line, { ask });
const contentOf = (topic: Topic) => contentIn(run, topic);

async function put<Value>(topic: Topic<Value>, key: string, value: Value, partition = partitionOf(key, PARTITIONS)) {
  const bytes = await codec.encode(topic, value);
  await producer.send({
    topic: run.nameOf(topic),
    messages: [{ key, partition, value: bytes, headers: { origin: 'live' } }],
  });
}

/** Writes dead letters; partition and offset are what Kafka makes of them. */
async function park(...inputs: readonly LetterInput[]): Promise<void> {
  for (const input of inputs) {
    const { service = 'order-router', partition = 0, originTopic = run.nameOf(topics.commerceOrders) } = input;
    const { key, value, headers } = aLetterRecord({ originPartition: 2, ...input, originTopic });
    const topic = run.nameOf(deadLetterTopics[service]);
    await producer.send({ topic, messages: [{ key, partition, value, headers: { ...headers } }] });
  }
}

/** Where every partition ends: the same before and after means that nothing was written. */
async function ends(): Promise<Record<string, bigint>> {
  const all = [...Object.values(topics), ...Object.values(deadLetterTopics)];
  const slices = await toSlices(
    kafka,
    all.map((topic) => ({ name: run.nameOf(topic) })),
  );
  return Object.fromEntries(slices.map(({ topic, partition, to }) => [`${topic}/${partition}`, to]));
}

async function groupsOfOps(): Promise<string[]> {
  const admin = kafka.admin();
  await admin.connect();
  const { groups } = await admin.listGroups();
  await admin.disconnect();
  return groups.map(({ groupId }) => groupId).filter((id) => id.startsWith(`${run.prefix}ops-`));
}

async function anOrderAtFulfillmenttools(): Promise<void> {
  const ids = { orderId: ORDER, orderNumber: 'SHOP-1' };
  const placement = aPlacement({ tenantOrderId: 'SHOP-1', providerOrderId: FFT_ORDER, processId: PROCESS });
  await put(topics.commerceOrders, ORDER, aCommerceOrderEvent({ ...ids, order: anOrder({ id: ORDER }) }));
  await put(
    topics.fulfillmentOrders,
    ORDER,
    aLedgerEntry({ ...ids, placements: [{ ...placement, status: 'placing' }] }),
  );
  await put(topics.fulfillmentOrders, ORDER, aLedgerEntry({ ...ids, placements: [placement] }));
  const link: OrderLink = {
    orderId: ORDER,
    projectKey: 'shop',
    provider: 'fulfillmenttools',
    instance: 'default',
    processId: PROCESS,
    tenantOrderId: 'SHOP-1',
    providerOrderId: FFT_ORDER,
    linkedAt: 1,
  };
  for (const key of [PROCESS, 'SHOP-1']) await put(topics.fulfillmentLinks, key, link);
  const pickJob = aPickJob({ status: 'IN_PROGRESS' });
  await put(
    topics.fulfillmentEvents,
    ORDER,
    aFulfillmentEvent({ orderId: ORDER, processId: PROCESS, pickJob, cause: 'PICK_JOB_CREATED' }),
  );
  await put(
    topics.fulfillmentStates,
    ORDER,
    aState({
      ...ids,
      placement: { ...placement, providerOrderId: FFT_ORDER },
      processes: [
        {
          processId: PROCESS,
          order: aProviderOrder({ id: FFT_ORDER }),
          routingPlans: [],
          pickJobs: [pickJob],
          handoverJobs: [],
          parcels: [],
          returns: [],
          refunds: [],
          gone: false,
          shipments: [],
          packJobs: [],
        },
      ],
    }),
  );
}

test('an order is found by each of its ids, and its story holds what is known and nothing personal', async () => {
  await anOrderAtFulfillmenttools();
  await park({
    service: 'ingest-fft',
    key: PROCESS,
    partition: partitionOf(PROCESS, PARTITIONS),
    code: 'payload-incomplete',
    at: Date.now(),
  });
  // Not where its key belongs: as unknown to the services as to us.
  const elsewhere = (partitionOf(ORDER, PARTITIONS) + 1) % PARTITIONS;
  await put(topics.fulfillmentEvents, ORDER, aFulfillmentEvent({ orderId: ORDER, cause: 'ELSEWHERE' }), elsewhere);

  const byOrder = await command(`order ${ORDER}`);
  expect(byOrder.code).toBe(0);
  const withoutTime = (text: string) => text.replace(/read from .*? on/, '');
  for (const id of ['SHOP-1', FFT_ORDER, PROCESS])
    expect(withoutTime((await command(`order ${id}`)).out)).toBe(withoutTime(byOrder.out));

  expect(byOrder.out).toContain(`Order SHOP-1, commercetools id ${ORDER}`);
  for (const part of [
    'Waits for',
    'placed attempt 1',
    'PICK_JOB_CREATED',
    FFT_ORDER,
    PROCESS,
    'payload-incomplete',
    'Not finished',
  ])
    expect(byOrder.out).toContain(part);
  for (const secret of ['ELSEWHERE', 'Ada', 'Musterweg', 'ada@example.com']) expect(byOrder.out).not.toContain(secret);
  const { out } = await command(`order ${ORDER} --json`);
  expect(JSON.parse(out)).toMatchObject({
    orderId: ORDER,
    verdict: { on: expect.any(String) },
    ledger: { entry: { placements: [{ status: 'placed' }] } },
    deadLetters: [{ service: 'ingest-fft' }],
  });
  expect(out).not.toContain('Musterweg');
  expect(await groupsOfOps()).toEqual([]);
});

test('an order that is not known ends with 1 and says what that may mean', async () => {
  await anOrderAtFulfillmenttools();
  const { code, out, err } = await command('order SHOP-2');
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(/Nothing is known of SHOP-2.*TOPIC_PREFIX/s);
});

test('letters are listed by cause and shown without what they hold, unless asked for', async () => {
  await park(
    { code: 'order-refused', key: 'o1' },
    { code: 'order-refused', key: 'o2', partition: 1 },
    { service: 'ingest-ct', code: 'malformed-notification', key: null, value: Buffer.from('Erika Mustermann') },
  );
  await producer.send({
    topic: run.nameOf(deadLetterTopics['ingest-ct']),
    messages: [{ key: 'x', value: 'stranger' }],
  });

  const all = await command('dlq list --json');
  expect(JSON.parse(all.out)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ service: 'order-router', code: 'order-refused', count: 2, redriven: 0 }),
      expect.objectContaining({ service: 'ingest-ct', code: 'malformed-notification', count: 1 }),
    ]),
  );
  expect(all.err).toContain('1 records there are no dead letters');
  expect((await command('dlq list --code order-refused --key o2')).out).toContain(
    'order-router  order-refused (call): 1 letter',
  );
  expect((await command('dlq list --service status-writer')).out).toBe('No dead letters.');

  const shown = await command('dlq show ingest-ct 0:0');
  expect(shown.out).toContain('dlq.error-code: malformed-notification');
  expect(shown.out + shown.err).not.toContain('Erika');
  const withValue = await command('dlq show ingest-ct 0:0 --value');
  expect(withValue.out).toContain('Erika Mustermann');
  expect(withValue.err).toContain('personal data');
  expect(await command('dlq show ingest-ct 0:7')).toMatchObject({ code: 1, out: '' });
});

test('a letter goes back once, to its partition, with its bytes and a redrive id; a dry run and a no change nothing', async () => {
  await park({ key: 'o1', value: Buffer.from([0, 1, 2]) }, { key: 'o2', code: 'defect' });
  const before = await ends();

  const dry = await command('dlq redrive --service order-router --dry-run');
  expect(dry.out).toContain(`2 letters to ${run.nameOf(topics.commerceOrders)}`);
  expect((await command('dlq redrive --service order-router', () => Promise.resolve('no'))).out).toContain(
    'Nothing was sent',
  );
  await expect(command('dlq redrive --service order-router')).rejects.toThrow('--yes');
  expect(await ends()).toEqual(before);

  const first = await command('dlq redrive --service order-router --code order-refused', () => Promise.resolve('yes'));
  expect(first.out).toContain('1 sent.');
  const [message, ...others] = await contentOf(topics.commerceOrders);
  expect(others).toEqual([]);
  expect(message).toMatchObject({ partition: 2, key: 'o1', value: Buffer.from([0, 1, 2]) });
  expect(message?.headers).toMatchObject({ ce_id: 'event-1', origin: 'redrive', 'dlq.replay-count': '1' });
  expect(message?.headers['redrive-id']).toMatch(/^order-router-0-0-\d+-1$/);
  expect(Object.keys(message?.headers ?? {}).filter((name) => name.startsWith('dlq.'))).toEqual(['dlq.replay-count']);

  expect((await command('dlq redrive --service order-router --yes')).out).toContain('1 sent.');
  const third = await command('dlq redrive --service order-router --yes');
  expect(third.out).toMatch(/2 letters not sent: sent back by an earlier run[^]*Nothing to send/);
  expect(await contentOf(topics.commerceOrders)).toHaveLength(2);

  await command('dlq redrive --service order-router --key o1 --again --yes');
  const ids = (await contentOf(topics.commerceOrders)).map(({ headers }) => headers['redrive-id']);
  expect(new Set(ids).size).toBe(3);
  expect((await command('dlq list --service order-router')).out).toContain('1 letter, 1 of them sent back');
});

test('two runs at the same time, and one that was asked long ago, send no letter twice', async () => {
  await park(...Array.from({ length: 20 }, (_, index) => ({ key: `o${index}`, partition: index % PARTITIONS })));
  let inTheMeantime: Answer | undefined;

  const late = await command('dlq redrive --service order-router', async () => {
    const runs = await Promise.allSettled([
      command('dlq redrive --service order-router --yes --rate 100/s'),
      command('dlq redrive --service order-router --yes --rate 100/s'),
    ]);
    // One may have been stopped by the other.
    for (const outcome of runs)
      if (outcome.status === 'rejected') expect(String(outcome.reason)).toContain('Run the same command again');
    inTheMeantime = await command('dlq redrive --service order-router --yes --rate 100/s');
    return 'yes';
  });

  expect(inTheMeantime?.code).toBe(0);
  expect(late.out).toContain('0 sent.');
  const keys = (await contentOf(topics.commerceOrders)).map(({ key }) => key);
  expect(keys).toHaveLength(20);
  expect(new Set(keys).size).toBe(20);
});

test('a letter that came back too often stays, and none goes to the ledger or to what is not ours', async () => {
  const ledger = run.nameOf(topics.fulfillmentOrders);
  const letter = { service: 'status-writer', code: 'InvalidField', key: ORDER } as const;
  await park(
    { ...letter, originTopic: run.nameOf(topics.fulfillmentEvents), replayCount: 3 },
    { ...letter, originTopic: ledger },
    { ...letter, originTopic: topics.fulfillmentEvents.name },
    { ...letter, originTopic: run.nameOf(topics.fulfillmentEvents), originPartition: 7 },
  );
  const before = await ends();

  const { out } = await command('dlq redrive --service status-writer --yes --json');

  expect(JSON.parse(out)).toMatchObject({
    sent: 0,
    planned: [],
    refused: [{ reason: 'too-often' }, { reason: 'state' }, { reason: 'unknown-origin' }, { reason: 'unknown-origin' }],
  });
  expect(await ends()).toEqual(before);
  await command('dlq redrive --service status-writer --letter 0:0 --max-replays 4 --yes');
  expect((await contentOf(topics.fulfillmentEvents)).map(({ headers }) => headers['dlq.replay-count'])).toEqual(['4']);
});

test('in the place of a letter from the ledger an event goes that says nothing but its redrive id', async () => {
  const value = await codec.encode(topics.fulfillmentOrders, aLedgerEntry({ orderId: ORDER, projectKey: 'my-shop' }));
  const partition = partitionOf(ORDER, PARTITIONS);
  const input = {
    service: 'status-writer',
    code: 'InvalidField',
    key: ORDER,
    value,
    partition,
    originPartition: partition,
  } as const;
  await park(
    { ...input, originTopic: run.nameOf(topics.fulfillmentOrders) },
    { ...input, originTopic: run.nameOf(topics.fulfillmentOrders) },
  );
  const before = await ends();

  expect((await command('dlq redrive --service status-writer --as-event --yes')).out).toContain('1 sent.');
  expect((await command('dlq redrive --service status-writer --as-event --yes')).out).toContain('Nothing to send.');

  const [event, ...others] = await contentOf(topics.fulfillmentEvents);
  expect(others).toEqual([]);
  expect(event).toMatchObject({ key: ORDER, partition, headers: { origin: 'redrive', 'dlq.replay-count': '1' } });
  expect(await codec.decode(topics.fulfillmentEvents, event?.value ?? Buffer.alloc(0))).toMatchObject({
    type: 'Unknown',
    orderId: ORDER,
    projectKey: 'my-shop',
    processId: null,
    pickJob: null,
  });
  const after = await ends();
  for (let n = 0; n < PARTITIONS; n++) {
    const address = `${run.nameOf(topics.fulfillmentOrders)}/${n}`;
    expect(after[address]).toBe(before[address]);
  }
});

test('a wrong prefix is told at once, and so are brokers that do not answer', async () => {
  const env = { KAFKA_BROKERS: run.brokers.join(','), SCHEMA_REGISTRY_URL: run.registryUrl, TOPIC_PREFIX: 'no-such.' };
  const output = { out: () => undefined, err: () => undefined };
  await expect(ops(['dlq', 'list'], env, output)).rejects.toThrow(
    /no topic of the pipeline with the prefix "no-such\."\. Is TOPIC_PREFIX/,
  );
  const nowhere = { ...env, KAFKA_BROKERS: '127.0.0.1:1' };
  await expect(ops(['dlq', 'list'], nowhere, output)).rejects.toThrow(/127\.0\.0\.1:1 does not answer.*KAFKA_BROKERS/);
});
