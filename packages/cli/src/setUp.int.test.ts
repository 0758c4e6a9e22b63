import { type AvroSchema, allTopics, loadSchema, PARTITIONS, topics } from '@pipeline/schemas';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { testPrefix } from '../../../sandbox/src/testing/index.ts';
import { checkSchemas } from './checkSchemas.ts';
import { createRegistry, RegistryError, subjectOf, subjectsOf } from './registry.ts';
import { createTopics, setUp, type SetUpOptions, withAdmin } from './setUp.ts';

let target: SetUpOptions;
let lines: string[];

beforeEach(() => {
  lines = [];
  target = {
    brokers: inject('brokers'),
    registryUrl: inject('registryUrl'),
    prefix: testPrefix(),
    log: (line) => lines.push(line),
  };
});

afterEach(async () => {
  await withAdmin(target, async (admin) => {
    const mine = (await admin.listTopics()).filter((name) => name.startsWith(target.prefix));
    if (mine.length > 0) await admin.deleteTopics({ topics: mine, timeout: 30_000 });
  });
  const registry = createRegistry(target);
  for (const { subject } of subjectsOf(target.prefix, allTopics)) await registry.remove(subject);
});

const partitionCounts = (): Promise<Record<string, number>> =>
  withAdmin(target, async (admin) => {
    const names = (await admin.listTopics()).filter((name) => name.startsWith(target.prefix));
    const { topics: found } = await admin.fetchTopicMetadata({ topics: names });
    return Object.fromEntries(
      found.map(({ name, partitions }) => [name.slice(target.prefix.length), partitions.length]),
    );
  });

test('creates every topic with the same partition count and its settings', async () => {
  await setUp(target);

  expect(await partitionCounts()).toEqual(Object.fromEntries(allTopics.map(({ name }) => [name, PARTITIONS])));
  const settings = await withAdmin(target, async (admin) => {
    const name = `${target.prefix}${topics.fulfillmentOrders.name}`;
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: 2, name }] });
    return Object.fromEntries(
      (resources[0]?.configEntries ?? []).map((entry) => [entry.configName, entry.configValue]),
    );
  });
  expect(settings).toMatchObject({
    'cleanup.policy': 'compact',
    'retention.ms': '-1',
    'max.message.bytes': '65536',
    'min.insync.replicas': '1',
    'unclean.leader.election.enable': 'false',
    'message.timestamp.type': 'LogAppendTime',
    'min.compaction.lag.ms': '86400000',
    'delete.retention.ms': '604800000',
  });
});

test('changes nothing when it is repeated', async () => {
  await setUp(target);
  const before = { counts: await partitionCounts(), ids: lines.filter((line) => line.startsWith('Schema')) };
  lines.length = 0;

  await setUp(target);

  expect({ counts: await partitionCounts(), ids: lines.filter((line) => line.startsWith('Schema')) }).toEqual(before);
  expect(before.ids).toHaveLength(subjectsOf('', allTopics).length);
  expect(lines).toContain(`Topics: 0 created, ${allTopics.length} there already`);
  expect(lines.filter((line) => line.includes('left as it is'))).toEqual([]);
});

test('creates what is missing beside what is there', async () => {
  await createTopics({ ...target, topics: [topics.commerceOrders] });
  await createTopics({ ...target, topics: [topics.commerceOrders, topics.fulfillmentEvents] });

  expect(Object.keys(await partitionCounts()).sort()).toEqual([
    topics.commerceOrders.name,
    topics.fulfillmentEvents.name,
  ]);
});

test('two at the same time both succeed', async () => {
  const few = { ...target, topics: [topics.fulfillmentLinks, topics.commerceOrders], partitions: 2 };
  await Promise.all([setUp(few), setUp(few)]);

  expect(Object.values(await partitionCounts())).toEqual([2, 2]);
});

test('reports every topic with another partition count or cleanup policy, with the way out, and creates nothing', async () => {
  await createTopics({ ...target, topics: [topics.commerceOrders], partitions: 5 });
  await createTopics({ ...target, topics: [{ ...topics.fulfillmentOrders, cleanup: 'delete' }] });

  const error = await setUp(target).then(
    () => undefined,
    (reason: Error) => reason.message,
  );

  expect(error).toMatch(/commerce\.orders\.v1 has 5 partitions, needed are 12.*TOPIC_PREFIX/);
  expect(error).toMatch(/fulfillment\.orders\.v1 has cleanup\.policy=delete, needed is compact.*Alter the topic/);
  expect(Object.keys(await partitionCounts())).toHaveLength(2);
});

test('names the brokers when none answers', async () => {
  await expect(createTopics({ ...target, brokers: ['127.0.0.1:1'] })).rejects.toThrow(
    /^Kafka at 127\.0\.0\.1:1 does not answer, .*ECONNREFUSED.*KAFKA_BROKERS/,
  );
});

interface Record_ {
  fields: { name: string; type: AvroSchema; default?: unknown }[];
}
const ledger = (): AvroSchema & Record_ => structuredClone(loadSchema('fulfillment.orders.v1')) as AvroSchema & Record_;
const subject = (): string => subjectOf(target.prefix, topics.fulfillmentOrders);

test('refuses a field without a default, and a removed field without one', async () => {
  const registry = createRegistry(target);
  await registry.register(subject(), ledger());

  const added = ledger();
  added.fields.push({ name: 'extra', type: 'string' });
  const removed = ledger();
  removed.fields = removed.fields.filter((field) => field.name !== 'orderId');

  for (const changed of [added, removed]) {
    await expect(registry.check(subject(), changed)).resolves.toMatchObject({
      verdict: 'incompatible',
      reasons: [expect.stringMatching(/extra|orderId|fields/)],
    });
    const refusal = await registry.register(subject(), changed).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RegistryError);
    expect((refusal as RegistryError).status).toBe(409);
  }
});

test('takes a field with a default and a new symbol of an enum with a default', async () => {
  const registry = createRegistry(target);
  const first = await registry.register(subject(), ledger());

  const text = JSON.stringify(ledger()).replace('"cancelRefused"', '"cancelRefused","paused"');
  const changed = JSON.parse(text) as AvroSchema & Record_;
  changed.fields.push({ name: 'extra', type: ['null', 'string'], default: null });

  await expect(registry.check(subject(), changed)).resolves.toEqual({ verdict: 'compatible' });
  expect(await registry.register(subject(), changed)).not.toBe(first);
});

test('is compared with every earlier version, not only the last', async () => {
  const registry = createRegistry(target);
  const withExtra = (type: AvroSchema, fallback: unknown) => {
    const changed = ledger();
    changed.fields.push({ name: 'extra', type, default: fallback });
    return changed;
  };
  await registry.register(subject(), withExtra('string', ''));
  await registry.register(subject(), ledger());

  await expect(registry.check(subject(), withExtra('long', 0))).resolves.toMatchObject({ verdict: 'incompatible' });
});

test('the check lists what is incompatible and registers nothing', async () => {
  const registry = createRegistry(target);
  await checkSchemas(target);
  expect(lines.every((line) => line.endsWith(': new'))).toBe(true);
  await expect(registry.check(subject(), ledger())).resolves.toEqual({ verdict: 'new' });

  const other = ledger();
  other.fields.push({ name: 'mandatory', type: 'string' });
  await registry.register(subject(), other);

  await expect(checkSchemas(target)).rejects.toThrow(`${subject()}: `);
});
