import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PullSource } from '../pullSource.ts';
import { failedOne, landedOne, startIntake, type TestIntake } from '../testing/intake.ts';
import { type PubSubServer, startPubSubServer } from '../testing/pubSubServer.ts';
import { createPubSubSource } from './pubSubSource.ts';

/** gRPC's numbers. */
const NOT_FOUND = 5;

let server: PubSubServer;
let source: PullSource | undefined;

beforeEach(async () => {
  // Or Google's client looks for Google's machines.
  vi.stubEnv('METADATA_SERVER_DETECTION', 'none');
  server = await startPubSubServer();
});
afterEach(async () => {
  await source?.close();
  source = undefined;
  server.close();
});

async function pull({ intake }: TestIntake): Promise<void> {
  source = await createPubSubSource({
    intake,
    subscription: 'projects/shop/subscriptions/orders',
    endpoint: server.endpoint,
    maxMessages: 100,
    maxBytes: 1_000_000,
    graceMs: 5_000,
    retryMs: 1,
  });
  source.start();
}

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 30_000 });

test('what lands is acknowledged, and not before', async () => {
  const { promise: kafka, resolve } = Promise.withResolvers<typeof landedOne>();
  const test = startIntake((text) => (text === 'slow' ? kafka : landedOne));
  await pull(test);
  server.publish('a', 'slow', 'b');
  await until(() => expect(server.acknowledged).toEqual(['a', 'b']));
  expect(test.handed.sort()).toEqual(['a', 'b', 'slow']);
  resolve(landedOne);
  await until(() => expect(server.acknowledged).toContain('slow'));
  await test.intake.close();
});

test('what does not land is given back, comes again and is acknowledged once it has', async () => {
  let tries = 0;
  const test = startIntake(() => (++tries < 3 ? failedOne : landedOne));
  await pull(test);
  server.publish('a');
  await until(() => expect(server.acknowledged).toEqual(['a']));
  expect(server.deliveries.get('a')).toBe(3);
  await test.intake.close();
});

test('a subscription that is not there is a problem, and is read as soon as it is', async () => {
  const test = startIntake();
  server.refuseWith = NOT_FOUND;
  await pull(test);
  await until(() => expect(test.heard.length).toBeGreaterThan(1));
  expect(test.intake.problem).toBe('refused by the test');
  expect(new Set(test.heard)).toEqual(new Set(['read failed: refused by the test']));
  server.refuseWith = undefined;
  server.publish('a');
  await until(() => expect(server.acknowledged).toEqual(['a']));
  expect(test.intake.problem).toBeUndefined();
  await test.intake.close();
});

test('at the end what is in hand is finished and acknowledged, and nothing more is taken', async () => {
  const { promise: kafka, resolve } = Promise.withResolvers<typeof landedOne>();
  const test = startIntake(() => kafka);
  await pull(test);
  server.publish('in hand');
  await until(() => expect(test.handed).toEqual(['in hand']));
  const closed = test.intake.close();
  server.publish('too late');
  resolve(landedOne);
  await closed;
  await source?.close();
  expect(server.acknowledged).toEqual(['in hand']);
  expect(test.handed).toEqual(['in hand']);
});
