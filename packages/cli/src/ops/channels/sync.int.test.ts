import { deadLetterTopics, replayTopics, type Topic, topics } from '@pipeline/schemas';
import { createCommercetoolsSimulator } from '@pipeline/simulator-commercetools';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePorts } from '../../../../../sandbox/src/broker/freePorts.ts';
import { startChildProgram } from '../../../../../sandbox/src/childProgram.ts';
import { createLogDirectory } from '../../../../../sandbox/src/logDirectory.ts';
import { createTestTopics, type TestTopics } from '../../../../../sandbox/src/testing/index.ts';
import { command as runCommand, contentOf as contentIn, kafkaSettings, shopSettings } from '../testing/command.ts';

const lane = replayTopics.commercetoolsNotifications;
const used = [lane, lane.source, topics.commerceOrders, topics.commerceChannels, deadLetterTopics['ingest-ct']];
const secret = { clientSecret: 'secret-of-the-test' };
const able = { clientId: 'able', ...secret, scope: 'view_channels:shop view_project_settings:shop' };
const unable = { clientId: 'unable', ...secret, scope: 'view_orders:shop' };
const cleanup: (() => Promise<unknown>)[] = [];
let run: TestTopics;
let shopUrl: string;

beforeEach(async () => {
  run = await createTestTopics({ topics: used });
  cleanup.push(() => run.drop());
  const simulator = createCommercetoolsSimulator({ projectKey: 'shop', clients: [able, unable] });
  shopUrl = await simulator.listen();
  cleanup.push(() => simulator.close());
});
afterEach(async () => {
  for (const step of cleanup.splice(0).reverse()) await step();
});

const settings = (client = able) => shopSettings(shopUrl, client);
const command = (line: string, client = able) => runCommand(run, line, { settings: settings(client) });
const contentOf = (topic: Topic) => contentIn(run, topic);

async function startNormaliser(): Promise<void> {
  const logs = await createLogDirectory({ kept: false });
  const [opsPort = 0] = await freePorts(1);
  const service = startChildProgram({
    name: 'ingest-ct',
    main: 'services/ingest-ct/src/main.ts',
    env: { ...kafkaSettings(run), ...settings(), ROLES: 'normalise', CT_CHANNELS: 'on', OPS_PORT: String(opsPort) },
    opsPort,
    logFile: `${logs.path}/ingest-ct.log`,
  });
  cleanup.push(
    () => logs.close({ keep: false }),
    () => service.stop(),
  );
  await service.untilReady();
}

test('every channel that supplies inventory goes through the lane once, and becomes one event', async () => {
  await expect(command('channels sync', unable)).rejects.toThrow('the scope view_channels:shop (or manage_channels)');
  const dry = await command('channels sync --dry-run');
  expect(dry.text).toMatch(/ {2}store-berlin +c1a00000-\S+ {2}InventorySupply, ProductDistribution\n/);
  expect(await contentOf(lane)).toEqual([]);

  const sent = await command('channels sync');
  expect([sent.code, sent.text]).toEqual([0, expect.stringContaining('\n3 sent.')]);
  expect(await contentOf(lane)).toHaveLength(3);
  await startNormaliser();
  const events = () => contentOf(topics.commerceChannels);
  await expect.poll(async () => (await events()).length, { timeout: 60_000 }).toBeGreaterThanOrEqual(3);
  const published = await events();
  expect(published.map(({ key }) => key).sort()).toEqual((await contentOf(lane)).map(({ key }) => key).sort());
  for (const { headers } of published)
    expect(headers).toMatchObject({ origin: 'backfill', ce_type: 'commerce.channel.ChannelChanged' });
  expect(await contentOf(deadLetterTopics['ingest-ct'])).toEqual([]);
  expect(await contentOf(topics.commerceOrders)).toEqual([]);
});
