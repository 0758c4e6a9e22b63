import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { countOutcome, placeOrders, type Sandbox, watchOrders } from '@pipeline/sandbox';
import { replayTopics } from '@pipeline/schemas';
import { expect, it } from 'vitest';
import { withSandbox } from './withSandbox.ts';

const OPS = fileURLToPath(new URL('../packages/cli/src/ops.main.ts', import.meta.url));
/** Consumer group without its prefix → the lane that it reads. */
const lanes = {
  'ingest-ct': replayTopics.commercetoolsNotifications,
  'order-router': replayTopics.commerceOrders,
  'ingest-fft': replayTopics.fulfillmenttoolsNotifications,
  'status-writer': replayTopics.fulfillmentEvents,
};

/** The operator's command as an operator gives it. Returns how many messages it copied. */
async function replay({ addresses, topicPrefix }: Sandbox, source: string, run: string): Promise<number> {
  const args = [OPS, 'replay', '--source', source, '--since', '1h', '--run', run, '--rate', '2000', '--yes', '--json'];
  const env = {
    ...process.env,
    KAFKA_BROKERS: addresses.brokers.join(','),
    SCHEMA_REGISTRY_URL: addresses.registryUrl,
    TOPIC_PREFIX: topicPrefix,
    GROUP_PREFIX: topicPrefix,
  };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return (JSON.parse(stdout) as { copied: number }).copied;
}

/** All sources, unless others are named. */
async function replayEach(
  sandbox: Sandbox,
  run: string,
  sources = Object.values(lanes).map(({ source }) => source),
): Promise<number[]> {
  const counts: number[] = [];
  for (const { name } of sources) counts.push(await replay(sandbox, name, run));
  return counts;
}

const EFFECTS_SETTLE_MS = 2_000;

/** What one service publishes the next one reads: done is when no lane and no source lags for a while. */
async function untilDone({ kafka, topicPrefix }: Sandbox): Promise<void> {
  const lag = async () => {
    const lags = await Promise.all(
      Object.entries(lanes).map(([service, lane]) => kafka.lag(`${topicPrefix}${service}`, [lane.name])),
    );
    return lags.reduce((sum, open) => sum + open, 0);
  };
  const written = () => Promise.all(Object.values(lanes).map(({ source }) => kafka.written(source.name)));
  const deadline = Date.now() + 120_000;
  for (let before = ''; ; ) {
    const open = await lag();
    const now = JSON.stringify([open, await written()]);
    if (now === before && open === 0) return;
    if (Date.now() > deadline) throw new Error(`The lanes were not done within 120 s: ${now}`);
    before = now;
    await sleep(EFFECTS_SETTLE_MS);
  }
}

it('replays every topic through the lanes without a call that changes anything, with new orders going on beside it', async () => {
  await withSandbox({ overrides: { REPLAY_MAX_RATE: '1000' } }, async (sandbox) => {
    const { commercetools, fulfillmenttools, kafka } = sandbox;
    const placed = await placeOrders(sandbox, { count: 20, perSecond: 20, run: 'OLD' });
    const old = new Set(placed.map(({ id }) => id));
    expect(await watchOrders(sandbox, { ids: old, timeoutMs: 120_000, onChange: () => undefined })).toBe(true);
    await untilDone(sandbox);
    const oldOrders = async () => (await commercetools.orders()).filter(({ id }) => old.has(id));
    const orders = await oldOrders();
    const effects = async () => [await fulfillmenttools.effects(), await commercetools.effects()];
    const before = await effects();

    const copied = await replayEach(sandbox, 'alone');
    for (const count of copied) expect(count).toBeGreaterThan(20);
    await untilDone(sandbox);
    expect(await effects()).toEqual(before);
    expect(await oldOrders()).toEqual(orders);
    const made = await kafka.messages(replayTopics.commerceOrders.source.name);
    const origins = Map.groupBy(made, ({ headers }) => headers['origin'] ?? 'none');
    expect(origins.get('replay')?.length).toBeGreaterThan(0);
    for (const { headers } of made) expect(headers['traceparent']).toMatch(/^00-/);

    const placing = placeOrders(sandbox, { count: 20, perSecond: 10, run: 'NEW' });
    // Of those two services that change anything.
    await replayEach(sandbox, 'beside', [lanes['order-router'].source, lanes['status-writer'].source]);
    const fresh = new Set((await placing).map(({ id }) => id));
    expect(await watchOrders(sandbox, { ids: fresh, timeoutMs: 120_000, onChange: () => undefined })).toBe(true);
    await untilDone(sandbox);
    expect(await oldOrders()).toEqual(orders);
    expect(await countOutcome(sandbox, new Set([...old, ...fresh]))).toMatchObject({
      orders: 40,
      fftOrders: 40,
      duplicates: 0,
      shipped: 20,
      delivered: 20,
      deadLetters: 0,
    });
  });
});
