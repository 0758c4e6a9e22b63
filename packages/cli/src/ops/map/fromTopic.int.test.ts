import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { aCommerceOrderEvent, anOrder, aShipping } from '@pipeline/fulfillment/testkit';
import type { CommerceOrderEvent } from '@pipeline/schemas';
import { topics } from '@pipeline/schemas';
import { partitionOf } from '@pipeline/streams';
import { createCodec } from '@pipeline/streams/avro';
import { createKafka } from '@pipeline/streams/kafka';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestTopics, type TestTopics } from '../../../../../sandbox/src/testing/index.ts';
import { command } from '../testing/command.ts';
import type { TopicReport } from './fromTopic.ts';

const PARTITIONS = 3;
/** More of one partition than are read at once. */
const ORDERS = 450;
const idOf = (at: number) => `0b7c2f0e-5a4e-4a53-9d0a-${String(at).padStart(12, '0')}`;

let run: TestTopics;
let directory = '';
let files: Record<'old' | 'new', string>;

beforeAll(async () => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'map-from-topic-'));
  files = { old: path.join(directory, 'old.yaml'), new: path.join(directory, 'new.yaml') };
  const methods = 'shipping: { methods: { standard: { service: shipping } } }';
  writeFileSync(files.old, `version: 1\n${methods}\n`);
  writeFileSync(
    files.new,
    `version: 1\nshipping: { methods: { standard: { service: shipping, carriers: [DHL] } }, unknownMethod: hold }\n`,
  );
  run = await createTestTopics({ partitions: PARTITIONS });
  const codec = createCodec({ registryUrl: run.registryUrl, prefix: run.prefix, topics: [topics.commerceOrders] });
  const messages = [];
  const put = async (event: CommerceOrderEvent) =>
    messages.push({
      key: event.orderId,
      partition: partitionOf(event.orderId, PARTITIONS),
      value: await codec.encode(topics.commerceOrders, event),
      headers: { origin: 'live' },
    });
  for (let at = 0; at < ORDERS; at++) {
    const methodKey = at === 7 ? 'drone' : 'standard';
    const id = idOf(at);
    const order = anOrder({ id, orderNumber: `N-${at}`, shippings: [aShipping({ methodKey })] });
    await put(aCommerceOrderEvent({ orderId: id, orderNumber: `N-${at}`, order }));
  }
  await put(aCommerceOrderEvent({ orderId: idOf(900), order: null, snapshotIncluded: false }));
  await put(aCommerceOrderEvent({ orderId: idOf(901), type: 'OrderCancelled', order: anOrder({ id: idOf(901) }) }));
  messages.push({ key: 'x', partition: 0, value: Buffer.from('no Avro'), headers: {} });
  const producer = createKafka({ clientId: 'map-test', brokers: run.brokers }).producer();
  await producer.connect();
  await producer.send({ topic: run.nameOf(topics.commerceOrders), messages });
  await producer.disconnect();
});
afterAll(async () => {
  rmSync(directory, { recursive: true });
  await run.drop();
});

const map = (rest: string) => command(run, `map --from-topic --since 1d --config ${files.new} ${rest}`.trim());

test('says what would differ between two files: how many, which fields, which orders, and no values', async () => {
  const { code, out } = await map(`--diff ${files.old} --most 2`);
  expect(code).toBe(1);
  expect(out).toContain(`${ORDERS} confirmed orders mapped with 1-`);
  expect(out).toContain(`${ORDERS} differ.\n  449  + deliveryPreferences.shipping.preferredCarriers`);
  expect(out).toContain('    1  can be sent now, before: shipping-method-unknown');
  expect(out).toContain('1 messages do not hold their order');
  expect(out).toContain('1 messages cannot be read');
  expect(out.match(/^Order /gm)).toHaveLength(2);
  expect(out).toContain(`… and ${ORDERS - 2} more`);
  expect(out).not.toContain('DHL');
});

test('shows values only to somebody who asks for them, also as JSON', async () => {
  const asJson = async (rest: string) => {
    const { out } = await map(`--diff ${files.old} --json ${rest}`.trim());
    return (JSON.parse(out) as TopicReport).orders[0]?.differences[0];
  };
  expect(await asJson('')).toEqual({ change: 'added', path: 'deliveryPreferences.shipping.preferredCarriers' });
  expect(await asJson('--values')).toMatchObject({ after: ['DHL'] });
});

test('finds nothing between a file and itself, and nothing after its time', async () => {
  const same = await command(run, `map --from-topic --since 1d --config ${files.new} --diff ${files.new} --json`);
  expect([same.code, JSON.parse(same.out)]).toMatchObject([0, { compared: ORDERS, differing: 0, kinds: [] }]);
  const before = await map(`--diff ${files.old} --until 2h --json`);
  expect([before.code, JSON.parse(before.out)]).toMatchObject([0, { read: 0, compared: 0 }]);
});

test('without a file to compare with it says what cannot be sent', async () => {
  const alone = await command(run, `map --from-topic --since 1d --config ${files.old} --json`);
  expect([alone.code, JSON.parse(alone.out)]).toMatchObject([
    1,
    { compared: ORDERS, differing: 1, orders: [{ orderId: idOf(7), orderNumber: 'N-7' }] },
  ]);
  expect((await map('')).code).toBe(0);
});
