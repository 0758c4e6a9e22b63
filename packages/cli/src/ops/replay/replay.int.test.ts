import { partitionOf, replayOriginOf } from '@pipeline/streams';
import { replayTopics, type Topic, topics } from '@pipeline/schemas';
import { createKafka } from '@pipeline/streams/kafka';
import type { IHeaders, Kafka, Producer } from 'kafkajs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestTopics, type TestTopics } from '../../../../../sandbox/src/testing/index.ts';
import { type Log, type LogMessage, withLog } from '../kafka/log.ts';
import { copyToLane } from './copy.ts';
import { planReplay, type ReplaySelection } from './plan.ts';
import { parseReplaySource } from './sources.ts';
import { type Answer, command as runCommand, contentOf as contentIn, targetOf } from '../testing/command.ts';

const PARTITIONS = 3;
const ORDER = '0b7c2f0e-5a4e-4a53-9d0a-0a52f4e3c0aa';
const source = topics.commerceOrders;
const lane = replayTopics.commerceOrders;

let run: TestTopics;
let kafka: Kafka;
let producer: Producer;
beforeEach(async () => {
  run = await createTestTopics({ partitions: PARTITIONS, topics: [source, lane] });
  kafka = createKafka({ clientId: 'replay-test', brokers: run.brokers });
  producer = kafka.producer();
  await producer.connect();
});
afterEach(async () => {
  await producer.disconnect();
  await run.drop();
});

const command = (line: string, ask?: () => Promise<string>): Promise<Answer> => runCommand(run, line, { ask });
const contentOf = (topic: Topic) => contentIn(run, topic);

const look = <Result>(use: (log: Log) => Promise<Result>): Promise<Result> =>
  withLog({ target: targetOf(run), topics: [source, lane], say: () => undefined }, use);

async function put(key: string, value: Buffer, headers: IHeaders = { origin: 'live', traceparent: 'T' }) {
  const partition = partitionOf(key, PARTITIONS);
  await producer.send({ topic: run.nameOf(source), messages: [{ key, partition, value, headers }] });
}

/** Messages of every partition, not a text that UTF-8 could read. */
async function fill(count: number): Promise<void> {
  const messages = Array.from({ length: count }, (_, n) => ({
    key: `key-${n % 7}`,
    partition: partitionOf(`key-${n % 7}`, PARTITIONS),
    value: Buffer.from([0, 0xff, 0xfe, n % 256, n >> 8]),
    headers: { origin: 'live', traceparent: 'T' },
  }));
  await producer.send({ topic: run.nameOf(source), messages });
}

const selection = (changes: Partial<ReplaySelection> = {}): ReplaySelection => ({
  source: parseReplaySource('commerce.orders'),
  since: 1,
  until: Date.now() + 60_000,
  run: '1',
  ...changes,
});

const inShort = ({ partition, key, value }: LogMessage) => ({ partition, key, value: value?.toString('hex') });

test('copies everything byte by byte, in order, to the same partition, and each message only once', async () => {
  await fill(350);
  const dry = await command('replay --source commerce.orders --since 1h --until 2100-01-01 --dry-run');
  expect(dry.out).toContain('At most 350 messages to copy.');
  expect(dry.out).toContain('Dry run: nothing was copied.');
  expect(await contentOf(lane)).toEqual([]);

  const until = new Date(Date.now() + 60_000).toISOString();
  const line = `replay --source commerce.orders.v1 --since 2020-01-01 --until ${until} --rate 5000/s --yes`;
  const first = await command(line);
  expect(first.code).toBe(0);
  expect(first.out).toContain('350 copied.');
  expect(first.err).toContain(
    `npm run ops -- replay --source commerce.orders --since 2020-01-01T00:00:00.000Z --until ${until} --yes`,
  );
  const originals = await contentOf(source);
  const copies = await contentOf(lane);
  expect(copies.map(inShort)).toEqual(originals.map(inShort));
  for (const [index, { headers, offset, timestamp }] of originals.entries()) {
    const copy = copies[index]?.headers ?? {};
    expect(copy).toMatchObject({ ...headers, origin: 'replay' });
    expect(replayOriginOf(copy)).toMatchObject({ offset, timestamp });
  }
  expect(originals[0]?.headers['origin']).toBe('live');

  const again = await command(line);
  expect(again.out).toContain('0 messages to copy; 350 are in the lane already.');
  expect(again.out).toContain('Nothing to copy.');
  const other = await command(`${line} --run 2 --json`);
  expect(JSON.parse(other.out)).toMatchObject({ planned: 350, copiedBefore: 0, copied: 350, openInLane: 350 });
  expect(await contentOf(lane)).toHaveLength(700);
});

test('a replay that was broken off goes on where it was, in each partition', async () => {
  await fill(700);
  await look(async (log) => {
    const plan = await planReplay(log, selection({ until: 1_900_000_000_000 }));
    expect(plan).toMatchObject({ count: 700, copied: 0 });
    const broken = copyToLane({
      log,
      plan,
      selection: selection({ until: 1_900_000_000_000 }),
      perSecond: 5_000,
      onCopied: (count) => {
        if (count >= 200) throw new Error('the operator went home');
      },
    });
    await expect(broken).rejects.toThrow('went home');
  });
  const part = (await contentOf(lane)).length;
  expect(part).toBeGreaterThan(0);
  expect(part).toBeLessThan(700);
  const line =
    'replay --source commerce.orders --since 1970-01-01T00:00:00.001Z --until 2030-03-17T17:46:40Z --yes --json';
  const { out } = await command(`${line} --rate 5000`);
  expect(JSON.parse(out)).toMatchObject({ copiedBefore: part, planned: 700 - part, copied: 700 - part });
  expect((await contentOf(lane)).map(inShort)).toEqual((await contentOf(source)).map(inShort));
});

test('only one order, only what came before the end, and messages of any size', async () => {
  await fill(20);
  const large = Buffer.alloc(1_900_000, 7);
  for (const n of [1, 2, 3]) await put(ORDER, Buffer.concat([large, Buffer.from([n])]));
  await new Promise((resolve) => setTimeout(resolve, 50));
  const until = new Date().toISOString();
  await new Promise((resolve) => setTimeout(resolve, 50));
  await put(ORDER, Buffer.from('later'));
  const line = `replay --source commerce.orders --since 1h --until ${until}`;
  const dry = await command(`${line} --order ${ORDER} --dry-run`);
  expect(dry.out).toContain('\n3 messages to copy.');
  const { out } = await command(`${line} --order ${ORDER} --yes`);
  expect(out).toContain('3 copied.');
  const copies = await contentOf(lane);
  expect(copies.map(({ key, value }) => [key, value?.length, value?.at(-1)])).toEqual(
    [1, 2, 3].map((n) => [ORDER, 1_900_001, n]),
  );
});

test('what was redriven once asks for no other attempt when it is replayed', async () => {
  await put('key', Buffer.from('x'), { origin: 'redrive', 'redrive-id': 'R', traceparent: 'T' });
  await command('replay --source commerce.orders --since 1h --until 2100-01-01 --yes');
  const [copy] = await contentOf(lane);
  expect(copy?.headers).toMatchObject({ origin: 'replay', traceparent: 'T' });
  expect(copy?.headers).not.toHaveProperty('redrive-id');
});

test('without a yes nothing is copied', async () => {
  await fill(5);
  const line = 'replay --source commerce.orders --since 1h --until 2100-01-01';
  await expect(command(line)).rejects.toThrow('--yes');
  const { out } = await command(line, () => Promise.resolve('no'));
  expect(out).toContain('Nothing was copied.');
  expect(await contentOf(lane)).toEqual([]);
});

test('a lane that is missing, or has other partitions than its source, is named with the way out', async () => {
  await fill(5);
  const admin = kafka.admin();
  await admin.connect();
  try {
    await admin.createPartitions({ topicPartitions: [{ topic: run.nameOf(lane), count: PARTITIONS + 1 }] });
    await expect
      .poll(() => command('replay --source commerce.orders --since 1h --until 2100-01-01 --yes').catch(String))
      .toContain('its lane 4');
    await admin.deleteTopics({ topics: [run.nameOf(lane)] });
    await expect
      .poll(() => command('replay --source commerce.orders --since 1h --until 2100-01-01 --yes').catch(String))
      .toContain('There is no topic');
  } finally {
    await admin.disconnect();
  }
});
