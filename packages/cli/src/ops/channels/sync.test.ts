import {
  channelIdOf,
  createCommercetoolsClient,
  type ListedChannel,
  parsePush,
} from '@pipeline/platform-commercetools';
import { channels as seeded, createCommercetoolsSimulator } from '@pipeline/simulator-commercetools';
import type { ProducerMessage } from '@pipeline/streams/kafka';
import { expect, test } from 'vitest';
import { describe, toResult } from './command.ts';
import { listChannels } from './listChannels.ts';
import { sendChannels, type SendRequest, toChannelNotification } from './send.ts';

const aChannel = (n: number): ListedChannel => ({
  id: `channel-${n}`,
  version: n,
  key: `store-${n}`,
  roles: ['InventorySupply'],
  lastModifiedAt: '2026-11-20T09:15:40.018Z',
});
const some = (count: number) => Array.from({ length: count }, (_, n) => aChannel(n + 1));
const { signal } = new AbortController();

function start(changes: Partial<SendRequest> = {}) {
  const batches: (readonly ProducerMessage[])[] = [];
  const told: number[] = [];
  const pauses: number[] = [];
  const run = (channels: readonly ListedChannel[], over: Partial<SendRequest> = {}) =>
    sendChannels({
      channels,
      ...{ syncId: 'sync-1', projectKey: 'shop', producer: 'ops@0', perSecond: 1_000, signal },
      queue: { send: (batch) => (batches.push(batch), Promise.resolve()) },
      toTarget: (key) => ({ topic: 'lane', partition: key.length }),
      onSent: (count) => void told.push(count),
      pause: (ms) => (pauses.push(ms), Promise.resolve()),
      ...changes,
      ...over,
    });
  return { batches, told, pauses, run };
}

test('each channel is sent once, under its id, as a change of it that holds nothing but names and times', async () => {
  const { batches, told, run } = start();
  expect(await run(some(250))).toBe(250);
  expect(batches.map(({ length }) => length)).toEqual([100, 100, 50]);
  expect(told).toEqual([100, 200, 250]);
  const messages = batches.flat();
  expect(new Set(messages.map(({ key }) => key)).size).toBe(250);
  expect(messages[6]).toMatchObject({
    ...{ topic: 'lane', partition: 9, key: 'channel-7' },
    headers: {
      origin: 'backfill',
      ce_type: 'commercetools.notification',
      ce_id: 'sync-1-channel-7',
      'backfill-id': 'sync-1',
      'backfill-batch': '1',
      producer: 'ops@0',
    },
  });
  const notification = parsePush(messages[6]?.value as Buffer);
  expect(channelIdOf(notification)).toBe('channel-7');
  expect(notification).toMatchObject({
    ...{ notificationType: 'ResourceUpdated', projectKey: 'shop', id: 'sync-1-channel-7', resourceVersion: 7 },
    occurredAt: Date.parse('2026-11-20T09:15:40.018Z'),
  });
});

test('an address does not get into the lane', () => {
  const channel = { ...aChannel(1), address: { country: 'DE', email: 'erika@example.com' }, name: { de: 'Erika' } };
  expect(toChannelNotification(channel, { syncId: 's', projectKey: 'shop' }).toString()).not.toMatch(/erika|"DE"/i);
});

test('the pace is kept, and after the last batch nobody waits', async () => {
  const { pauses, batches, run } = start();
  await run(some(5), { perSecond: 10 });
  expect(batches.map(({ length }) => length)).toEqual([2, 2, 1]);
  expect(pauses).toHaveLength(2);
  for (const pause of pauses) expect(pause).toBeGreaterThan(0);
});

test('told to stop it sends no further batch and says how many there are; what fails is not passed over', async () => {
  const stop = new AbortController();
  const { run } = start({ perSecond: 10, signal: stop.signal, onSent: () => stop.abort() });
  expect(await run(some(5))).toBe(2);
  const queue = { send: () => Promise.reject(new Error('the broker is gone')) };
  await expect(start({ queue }).run(some(5))).rejects.toThrow('the broker is gone');
});

test('channels are listed by role and key, and what does not exist is named before anything is sent', async () => {
  const client = { clientId: 'able', clientSecret: 'secret-of-the-test', scope: 'view_channels:shop' };
  const simulator = createCommercetoolsSimulator({ projectKey: 'shop', clients: [client] });
  const url = await simulator.listen();
  const { api, close } = createCommercetoolsClient({ projectKey: 'shop', ...client, apiUrl: url, authUrl: url });
  const list = async (keys: readonly string[], role: string | undefined) =>
    (await listChannels({ api, keys, role, signal })).map(({ key }) => key);
  try {
    expect(await list([], 'InventorySupply')).toEqual(['store-berlin', 'store-cologne', 'store-hamburg']);
    expect(await list([], undefined)).toHaveLength(seeded.length);
    expect(await list(['store-cologne'], 'InventorySupply')).toEqual(['store-cologne']);
    await expect(list(['store-cologne', 'fulfillmenttools', 'nope'], 'InventorySupply')).rejects.toThrow(
      'no channel with the key fulfillmenttools, nope and the role InventorySupply. Nothing was sent',
    );
  } finally {
    await close();
    await simulator.close();
  }
});

test('a person is told what is sent; a dry run names each channel', () => {
  const facts = { project: 'shop', lane: 'lane' };
  const options = { keys: [], role: 'InventorySupply', perSecond: 50, dryRun: false, json: false };
  const head = 'Channels of project shop with the role InventorySupply → lane, read by ingest-ct: 2';
  expect(describe(some(2), { ...facts, options })).toEqual([head]);
  expect(describe(some(2), { ...facts, options: { ...options, dryRun: true } })).toEqual([
    ...[head, '  store-1  channel-1  InventorySupply', '  store-2  channel-2  InventorySupply'],
  ]);
  const outcome = { planned: 2, sent: 2, dryRun: false, interrupted: false };
  expect(toResult(outcome)).toContain('2 sent.');
  expect(toResult({ ...outcome, sent: 0, dryRun: true })).toBe('Dry run: nothing was sent.');
  expect(toResult({ ...outcome, sent: 1, interrupted: true })).toContain('Interrupted after 1 of 2.');
  expect(toResult({ ...outcome, planned: 0, sent: 0 })).toBe('Nothing to send.');
});
