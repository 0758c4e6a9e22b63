import { aLedgerEntry, aPlacement } from '@pipeline/fulfillment/testkit';
import {
  connectFulfillmenttools,
  parseNotification,
  toOrderForCreation,
  toPlacedOrder,
} from '@pipeline/provider-fulfillmenttools';
import { topics } from '@pipeline/schemas';
import { createFulfillmenttoolsSimulator } from '@pipeline/simulator-fulfillmenttools';
import { createCodec } from '@pipeline/streams/avro';
import { createKafka } from '@pipeline/streams/kafka';
import { expect, test } from 'vitest';
import { fulfillmentRequest } from '../../../../provider-fulfillmenttools/src/testing/samples.ts';
import { type TestTopics, withTopics } from '../../../../../sandbox/src/testing/index.ts';
import { command, contentOf } from '../testing/command.ts';

const ORDER = '0b7c2f0e-5a4e-4a53-9d0a-0a52f4e3c0aa';
const accounts = { user: 'ops@ocff-sim-pre.com', password: 'password-of-the-test', apiKey: 'key-of-the-test' };

/** A fulfillmenttools of which nobody hears anything, with an order. */
async function startSilent() {
  const simulator = createFulfillmenttoolsSimulator({ ...accounts, stepMs: 0, indexLagMs: 0 });
  const url = await simulator.listen();
  const { user, password, apiKey } = accounts;
  const access = { baseUrl: url, signInUrl: url, tokenUrl: url, apiKey, credentials: { user, password } };
  const client = connectFulfillmenttools(access);
  const { signal } = new AbortController();
  const body = toOrderForCreation(fulfillmentRequest());
  const answer = await client.call({ method: 'POST', path: '/api/orders', write: true, body, signal });
  await client.close();
  const placed = toPlacedOrder(answer.body);
  if (!placed) throw new Error('The order was not made.');
  return { url, placed, [Symbol.asyncDispose]: () => simulator.close() };
}

async function putEntry(kafka: TestTopics, placed: Awaited<ReturnType<typeof startSilent>>['placed']): Promise<void> {
  const { providerOrderId, processId, tenantOrderId } = placed;
  const entry = aLedgerEntry({
    orderId: ORDER,
    placements: [aPlacement({ providerOrderId, processId, tenantOrderId })],
  });
  const codec = createCodec({ ...kafka, topics: [topics.fulfillmentOrders] });
  const value = await codec.encode(topics.fulfillmentOrders, entry);
  const producer = createKafka({ clientId: 'test', brokers: kafka.brokers }).producer();
  await producer.connect();
  await producer.send({ topic: kafka.nameOf(topics.fulfillmentOrders), messages: [{ key: ORDER, value }] });
  await producer.disconnect();
}

test('what fulfillmenttools has of an order is landed as its notifications, by whichever id it is asked for', async () => {
  await using vendor = await startSilent();
  await withTopics({}, async (kafka) => {
    await putEntry(kafka, vendor.placed);
    const settings = {
      ...{ FFT_BASE_URL: vendor.url, FFT_SIGN_IN_URL: vendor.url, FFT_TOKEN_URL: vendor.url },
      ...{ FFT_API_USER: accounts.user, FFT_API_PASSWORD: accounts.password, FFT_API_KEY: accounts.apiKey },
    };
    const run = (line: string) => command(kafka, line, { settings });
    const landed = () => contentOf(kafka, topics.fulfillmenttoolsNotifications);

    const dry = await run(`catch-up fulfillmenttools ${ORDER} --dry-run --json`);
    expect(JSON.parse(dry.out)).toMatchObject({
      dryRun: true,
      orders: [{ id: ORDER, orderId: ORDER, processes: 1, written: 0, refused: [], problem: null }],
    });
    expect(await landed()).toEqual([]);

    const asked = await run(`catch-up fulfillmenttools ${vendor.placed.providerOrderId}`);
    expect([asked.code, asked.out]).toEqual([
      0,
      expect.stringMatching(/: [1-9]\d* notifications written, \d+ calls\.$/),
    ]);
    const messages = await landed();
    const events = messages.map(({ value }) => parseNotification(value ?? Buffer.alloc(0)));
    expect(events.find(({ event }) => event === 'ORDER_MODIFIED')?.payload).toMatchObject({
      id: vendor.placed.providerOrderId,
    });
    expect(new Set(messages.map(({ key }) => key))).toEqual(new Set([vendor.placed.processId]));
    expect(messages.every(({ headers }) => headers['origin'] === 'catch-up')).toBe(true);

    const unknown = await run(`catch-up fulfillmenttools nothing ${ORDER}`);
    expect([unknown.code, unknown.out]).toEqual([1, expect.stringContaining('nothing: nothing was read')]);
    expect(await landed()).toHaveLength(2 * messages.length);
  });
}, 120_000);
