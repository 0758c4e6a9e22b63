import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import avro from 'avsc';
import { expect, onTestFinished, test } from 'vitest';
import { type AvroSchema, loadSchema, schemaNames } from './load.ts';
import { allTopics, deadLetterTopics, replayTopics, topics } from './topics.ts';

interface Field {
  readonly name: string;
  readonly type: AvroSchema;
  readonly default?: unknown;
}
interface Named {
  readonly type: 'record' | 'enum';
  readonly name: string;
  readonly fields?: readonly Field[];
  readonly symbols?: readonly string[];
  readonly default?: string;
}

/** By record. Fixed with the first release: FULL_TRANSITIVE refuses any change of it. */
const REQUIRED = [
  'Address: country',
  'ChannelSnapshot: key',
  'CommerceChannelEvent: platform projectKey channelId channelVersion eventId cause occurredAt receivedAt',
  'CommerceOrderEvent: platform projectKey orderId orderVersion eventId cause occurredAt receivedAt',
  'CurrentPlacement: providerOrderId',
  'FacilityEntry: channelId channelVersion platform projectKey provider tenantFacilityId updatedAt',
  'FulfillmentEvent: provider projectKey orderId eventId cause occurredAt receivedAt',
  'HandoverJob: id version createdAt',
  'HandoverLine: articleId quantity',
  'LedgerEntry: orderId platform projectKey orderVersion updatedAt placements',
  'LineItem: id productId name quantity',
  'LineQuantity: lineId quantity',
  'Money: currency amount fractionDigits',
  'OrderFulfillmentState: orderId projectKey updatedAt',
  'OrderLink: provider linkedAt',
  'OrderSnapshot: id version createdAt readAt orderState totalPrice lineItems',
  'OrderedLine: articleId quantity',
  'PackJob: id version',
  'Parcel: id version',
  'PickJob: id version createdAt',
  'PickLine: articleId quantity picked',
  'Placement: provider',
  'PlatformDelivery: key',
  'PlatformLine: id articleId quantity',
  'PlatformParcel: key',
  'PlatformReturnItem: trackingId id lineId quantity',
  'PlatformStatus: version',
  'ProcessState: processId',
  'ProviderOrder: id version',
  'Refund: returnId createdAt',
  'Return: id version',
  'ReturnedItem: returnId articleId quantity',
  'RoutingPlan: id version',
  'Shipment: id version',
  'ShipmentParcel: id',
  'ShippingTarget: addressKey quantity',
  'SyncInfo: channelId',
];

/** Every record and enum of a schema, as deep as they stand. */
function namedTypes(schema: AvroSchema): Named[] {
  if (typeof schema === 'string') return [];
  if (Array.isArray(schema)) return schema.flatMap(namedTypes);
  const {
    fields = [],
    items = [],
    values = [],
  } = schema as { fields?: Field[]; items?: AvroSchema; values?: AvroSchema };
  const inner = [...fields.map((field) => field.type), items, values].flatMap(namedTypes);
  const self = schema['name'] === undefined ? namedTypes(schema.type) : [schema as unknown as Named];
  return [...self, ...inner];
}

const everyType = new Map(
  schemaNames().flatMap((name) => namedTypes(loadSchema(name)).map((type) => [type.name, type])),
);

test.each(schemaNames())('%s is valid by itself, and any value survives being written and read', (name) => {
  const type = avro.Type.forSchema(loadSchema(name) as avro.Schema);

  for (let n = 0; n < 50; n++) {
    const value = type.random();
    expect(type.fromBuffer(type.toBuffer(value))).toEqual(value);
  }
});

test.each(schemaNames())('%s: every default is a value of its type', (name) => {
  const type = avro.Type.forSchema(loadSchema(name) as avro.Schema) as avro.types.RecordType;

  for (const field of type.fields) {
    const fallback = field.defaultValue();
    if (fallback !== undefined) expect(field.type.isValid(fallback)).toBe(true);
  }
});

test('a name stands for one and the same type everywhere', () => {
  for (const name of schemaNames()) {
    for (const type of namedTypes(loadSchema(name))) {
      expect({ in: name, symbols: type.symbols, fields: type.fields?.map((field) => field.name) }).toEqual({
        in: name,
        symbols: everyType.get(type.name)?.symbols,
        fields: everyType.get(type.name)?.fields?.map((field) => field.name),
      });
    }
  }
});

test('every enum has a default among its symbols, so that an older reader survives a new symbol', () => {
  const enums = [...everyType.values()].filter(({ type }) => type === 'enum');

  expect(enums.length).toBeGreaterThan(3);
  for (const { name, symbols, default: fallback } of enums) {
    expect({ name, fallback, known: symbols?.includes(fallback ?? '') }).toMatchObject({ name, known: true });
  }
});

test('only these fields have no default: they can never be removed, and no other may join them', () => {
  const required = [...everyType.values()].flatMap(({ name, fields = [] }) => {
    const names = fields.filter((field) => field.default === undefined).map((field) => field.name);
    return names.length > 0 ? [`${name}: ${names.join(' ')}`] : [];
  });

  expect(required.sort()).toEqual(REQUIRED);
});

test('a record of the first version is read by one with a further field and symbol, and the other way round', () => {
  const first = loadSchema('fulfillment.orders.v1');
  const later = JSON.parse(JSON.stringify(first).replace('"cancelRefused"', '"cancelRefused","paused"')) as {
    fields: Field[];
  };
  later.fields.push({ name: 'extra', type: ['null', 'string'], default: null });
  const [old, young] = [first, later].map((schema) => avro.Type.forSchema(schema as avro.Schema)) as [
    avro.Type,
    avro.Type,
  ];
  const placement = (status: string) => ({
    target: 'order',
    provider: 'p',
    status,
    reason: null,
    attempt: 1,
    uncertain: false,
    member: null,
    tenantOrderId: null,
    providerOrderId: null,
    processId: null,
    collect: false,
    lines: [],
    orderVersion: 1,
    placedAt: null,
    redriveId: null,
  });
  const entry = (status: string) => ({
    orderId: 'o',
    orderNumber: null,
    platform: 'x',
    instance: 'default',
    projectKey: 'p',
    orderVersion: 1,
    cancelVersion: null,
    updatedAt: 1,
    placements: [placement(status)],
  });

  const readByYoung = young.fromBuffer(old.toBuffer(entry('placed')), young.createResolver(old)) as object;
  const readByOld = old.fromBuffer(
    young.toBuffer({ ...entry('placed'), extra: 'x' }),
    old.createResolver(young),
  ) as object;

  expect(readByYoung).toMatchObject({ ...entry('placed'), extra: null });
  expect(readByOld).toMatchObject(entry('placed'));
});

test('a type that is nowhere is named', () => {
  expect(() => loadSchema('no.such.topic')).toThrow('no.such.topic.avsc');
});

test('the generated types are those of the schemas', { timeout: 60_000 }, () => {
  const copy = mkdtempSync(path.join(os.tmpdir(), 'schemas-'));
  onTestFinished(() => rmSync(copy, { recursive: true }));
  const root = fileURLToPath(new URL('../..', import.meta.url));
  for (const part of ['schemas', 'biome.json', 'package.json', '.gitignore']) {
    cpSync(path.join(root, part), path.join(copy, part), { recursive: true });
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  const run = (program: string, ...args: string[]) => spawnSync(program, args, { cwd: copy, encoding: 'utf8' });

  expect(run(process.execPath, 'schemas/src/tools/generateTypes.ts').stderr).toBe('');
  const formatted = run(
    path.join(root, 'node_modules/.bin/biome'),
    'format',
    '--vcs-enabled=false',
    '--write',
    'schemas/src/generated.ts',
  );

  expect(formatted.status).toBe(0);
  const generated = readFileSync(path.join(copy, 'schemas/src/generated.ts'), 'utf8');
  expect(generated).toBe(readFileSync(new URL('generated.ts', import.meta.url), 'utf8'));
});

test('every topic has a schema file or none on purpose, and every schema file a topic', () => {
  const used = allTopics.flatMap(({ schema }) => schema ?? []);

  expect([...new Set(used)].sort()).toEqual(schemaNames());
});

test('names are unique and legal, with room for a prefix', () => {
  const names = allTopics.map(({ name }) => name);

  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z][a-z.-]{1,180}\.v1$/);
});

test('what must never expire is compacted only, and kept for ever', () => {
  const forEver = allTopics.filter(({ retentionMs }) => retentionMs === -1);

  expect(forEver).toEqual([topics.fulfillmentOrders, topics.fulfillmentFacilities]);
  for (const { cleanup } of forEver) expect(cleanup).toBe('compact');
});

test('a dead letter has room for the largest record of its source and for its headers', () => {
  const room = 64 * 1_024;
  const sources = {
    'ingest-ct': topics.commercetoolsNotifications,
    'ingest-fft': topics.fulfillmenttoolsNotifications,
    'order-router': topics.commerceOrders,
    'status-writer': topics.fulfillmentEvents,
    'facility-sync': topics.commerceChannels,
  };
  for (const [service, source] of Object.entries(sources)) {
    const { maxMessageBytes } = deadLetterTopics[service as keyof typeof deadLetterTopics];
    expect({ service, enough: maxMessageBytes >= source.maxMessageBytes + room }).toEqual({ service, enough: true });
  }
});

test('a replay lane takes what its source takes, and the headers of the replay', () => {
  for (const [name, lane] of Object.entries(replayTopics)) {
    const source = topics[name as keyof typeof topics];
    expect(lane).toMatchObject({ schema: source.schema, source });
    expect(lane.maxMessageBytes).toBeGreaterThan(source.maxMessageBytes);
    expect(lane.name).toBe(source.name.replace(/\.v1$/, '.replay.v1'));
  }
});

test('the compacted topics keep a tombstone long enough for a reader that was away', () => {
  for (const topic of [
    topics.fulfillmentOrders,
    topics.fulfillmentFacilities,
    topics.fulfillmentStates,
    topics.fulfillmentLinks,
  ]) {
    expect(Number(topic.config['delete.retention.ms'])).toBeGreaterThanOrEqual(7 * 24 * 60 * 60 * 1_000);
  }
});
