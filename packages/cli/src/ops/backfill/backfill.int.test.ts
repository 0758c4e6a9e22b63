import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { deadLetterTopics, replayTopics, type Topic, topics } from '@pipeline/schemas';
import { createCommercetoolsSimulator } from '@pipeline/simulator-commercetools';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePorts } from '../../../../../sandbox/src/broker/freePorts.ts';
import { startChildProgram } from '../../../../../sandbox/src/childProgram.ts';
import { createLogDirectory } from '../../../../../sandbox/src/logDirectory.ts';
import { createTestTopics, type TestTopics } from '../../../../../sandbox/src/testing/index.ts';
import type { LogMessage } from '../kafka/log.ts';
import { command as runCommand, contentOf as contentIn, kafkaSettings, shopSettings } from '../testing/command.ts';
import { aListedOrder } from './testing/orders.ts';

const lane = replayTopics.commercetoolsNotifications;
const used = [lane, lane.source, topics.commerceOrders, deadLetterTopics['ingest-ct']];
const able = { clientId: 'able', clientSecret: 'secret-of-the-test', scope: 'view_orders:shop' };
const unable = { ...able, clientId: 'unable', scope: 'view_types:shop' };
const ORDERS = 30;
const LAST = Date.UTC(2026, 0, 2);
const cleanup: (() => Promise<unknown>)[] = [];
let run: TestTopics;
let shopUrl: string;

beforeEach(async () => {
  run = await createTestTopics({ topics: used });
  cleanup.push(() => run.drop());
  const simulator = createCommercetoolsSimulator({ projectKey: 'shop', clients: [able, unable] });
  shopUrl = await simulator.listen();
  cleanup.push(() => simulator.close());
  for (let n = 0; n < ORDERS + 2; n++) {
    const id = `${String(n).padStart(8, '0')}-0000-4000-8000-000000000000`;
    const createdAt = new Date(n < ORDERS ? Date.UTC(2026, 0, 1, 0, 0, n >> 1) : LAST).toISOString();
    const body = aListedOrder({ id, orderNumber: `N-${n}`, createdAt, lastModifiedAt: createdAt });
    const { status } = await fetch(`${shopUrl}/_sim/orders`, { method: 'POST', body: JSON.stringify(body) });
    expect(status).toBe(201);
  }
});
afterEach(async () => {
  for (const step of cleanup.splice(0).reverse()) await step();
});

const settings = (client = able) => shopSettings(shopUrl, client);
const command = (line: string, client = able) =>
  runCommand(run, line, { settings: { ...settings(client), PLACE_CONFIRMED_SINCE: '2026-01-01T00:00:05Z' } });
const contentOf = (topic: Topic) => contentIn(run, topic);

const keysOf = (messages: readonly LogMessage[]) => messages.map(({ key }) => key).sort();

/** The real program. */
function startProgram(line: string): { readonly program: ChildProcess; readonly said: () => string } {
  const main = fileURLToPath(new URL('../../ops.main.ts', import.meta.url));
  const flags = ['--disable-warning=TimeoutNegativeWarning'];
  const program = spawn(process.execPath, [...flags, main, ...line.split(' ')], {
    env: { PATH: process.env['PATH'] ?? '', ...kafkaSettings(run), ...settings() },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  cleanup.push(async () => {
    if (program.exitCode === null && program.signalCode === null && program.kill('SIGKILL'))
      await once(program, 'exit');
  });
  let said = '';
  for (const stream of [program.stdout, program.stderr])
    stream.on('data', (chunk: Buffer) => void (said += chunk.toString()));
  return { program, said: () => said };
}

async function startNormaliser(): Promise<void> {
  const logs = await createLogDirectory({ kept: false });
  const [opsPort = 0] = await freePorts(1);
  const service = startChildProgram({
    name: 'ingest-ct',
    main: 'services/ingest-ct/src/main.ts',
    env: { ...kafkaSettings(run), ...settings(), ROLES: 'normalise', OPS_PORT: String(opsPort) },
    opsPort,
    logFile: `${logs.path}/ingest-ct.log`,
  });
  cleanup.push(
    () => logs.close({ keep: false }),
    () => service.stop(),
  );
  await service.untilReady();
}

test('a backfill that is interrupted and resumed sends each order once, and each becomes one event', async () => {
  const range = '--from 2026-01-01 --to 2026-01-02';
  const dry = await command(`backfill ${range} --dry-run`);
  expect(dry.code).toBe(0);
  expect(dry.text).toContain(`${ORDERS} orders to send.`);
  expect(dry.text).toMatch(/ place +20\n/);
  expect(dry.text).toMatch(/ skip: before-activation +10 /);
  expect(dry.text).not.toContain('erika');
  expect(await contentOf(lane)).toEqual([]);

  const { program, said } = startProgram(`backfill ${range} --rate 5 --yes`);
  await expect.poll(() => contentOf(lane).then(({ length }) => length), { timeout: 60_000 }).toBeGreaterThan(3);
  const ended = once(program, 'exit');
  // As Ctrl-C under npm: from the terminal, and passed on.
  program.kill('SIGINT');
  setTimeout(() => program.kill('SIGINT'), 50);
  expect(await ended).toEqual([130, null]);
  const part = await contentOf(lane);
  expect(part.length).toBeLessThan(ORDERS);
  const [, count, line = ''] = /Interrupted after (\d+) of 30. Go on with: npm run ops -- (.+)/.exec(said()) ?? [];
  expect(Number(count)).toBe(part.length);

  await startNormaliser();
  const resumed = await command(line.replace('--rate 5', '--rate 500'));
  expect(resumed.text).toContain(
    `${ORDERS - part.length} orders to send; ${part.length} of this backfill are in the lane`,
  );
  expect(resumed.text).toContain(`${ORDERS - part.length} sent.`);
  const sent = await contentOf(lane);
  expect(new Set(keysOf(sent)).size).toBe(ORDERS);
  expect(sent).toHaveLength(ORDERS);
  expect((await command(line)).text).toContain('Nothing to send.');

  const events = () => contentOf(topics.commerceOrders);
  await expect.poll(async () => (await events()).length, { timeout: 60_000 }).toBeGreaterThanOrEqual(ORDERS);
  const published = await events();
  expect(keysOf(published)).toEqual(keysOf(sent));
  for (const { headers } of published)
    expect(headers).toMatchObject({ origin: 'backfill', ce_type: 'commerce.order.OrderConfirmed' });
  expect(await contentOf(deadLetterTopics['ingest-ct'])).toEqual([]);
  expect(sent.some(({ value }) => value?.includes('erika'))).toBe(false);
});

test('single orders go by number or id; what does not exist, or may not be read, is said before anything is sent', async () => {
  const id = '00000030-0000-4000-8000-000000000000';
  await expect(command('backfill --order N-3 --order NOPE --yes')).rejects.toThrow('number or id NOPE.');
  await expect(command('backfill --from 2026-01-01 --yes', unable)).rejects.toThrow('the scope view_orders:shop');
  await expect(command('backfill --order N-3')).rejects.toThrow('add --yes');
  expect(await contentOf(lane)).toEqual([]);
  const { text } = await command(`backfill --order N-3 --order ${id} --order N-30 --yes`);
  expect(text).toContain('2 sent.');
  expect(keysOf(await contentOf(lane))).toEqual(['00000003-0000-4000-8000-000000000000', id]);
});
