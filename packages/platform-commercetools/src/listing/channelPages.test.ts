import { createCommercetoolsSimulator } from '@pipeline/simulator-commercetools';
import { afterEach, expect, test } from 'vitest';
import { aChannel } from '../testing/channel.ts';
import { clientOf, SECRET } from '../testing/client.ts';
import { html, inTurn, json, type Reply, startServer } from '../testing/server.ts';
import { channelPages, type ChannelPagesRequest, type ListedChannel } from './channelPages.ts';

const cleanup: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of cleanup.splice(0).reverse()) await step();
});

const { signal } = new AbortController();

async function read(request: ChannelPagesRequest): Promise<(readonly ListedChannel[])[]> {
  const pages: (readonly ListedChannel[])[] = [];
  for await (const page of channelPages(request)) pages.push(page);
  return pages;
}

function apiOf(url: string) {
  const client = clientOf(url);
  cleanup.push(client.close);
  return client.api;
}

async function serve(reply: Reply) {
  const server = await startServer(reply);
  cleanup.push(() => server.stop());
  return { api: apiOf(server.url), server };
}

async function simulate() {
  const client = { clientId: 'client-1', clientSecret: SECRET, scope: 'view_channels:shop' };
  const simulator = createCommercetoolsSimulator({ projectKey: 'shop', clients: [client] });
  const url = await simulator.listen();
  cleanup.push(() => simulator.close());
  return apiOf(url);
}

const keysOf = (pages: readonly (readonly ListedChannel[])[]) => pages.flat().map(({ key }) => key);

test('lists every channel once, whatever the page, with the scope view_channels alone', async () => {
  const api = await simulate();
  for (const limit of [1, 2, 3, 4, 500])
    expect(keysOf(await read({ api, limit, signal }))).toEqual([
      ...['store-berlin', 'store-cologne', 'store-hamburg', 'fulfillmenttools'],
    ]);
});

test('lists those of a role, or with one of some keys, or both', async () => {
  const api = await simulate();
  expect(keysOf(await read({ api, role: 'OrderExport', signal }))).toEqual(['fulfillmenttools']);
  const keys = ['store-cologne', 'fulfillmenttools', 'a"b'];
  expect(keysOf(await read({ api, keys, limit: 1, signal }))).toEqual(['store-cologne', 'fulfillmenttools']);
  expect(keysOf(await read({ api, keys, role: 'InventorySupply', signal }))).toEqual(['store-cologne']);
  expect(await read({ api, role: 'Primary', signal })).toEqual([]);
});

test('what is no page of channels is no answer', async () => {
  for (const reply of [html(200), json(200, {}), json(200, { results: [{ id: 'x' }] })]) {
    const { api } = await serve(reply);
    await expect(read({ api, signal })).rejects.toMatchObject({ errorClass: 'transient' });
  }
});

test('the page before once more is no answer: it would never end', async () => {
  const page = json(200, { results: [aChannel()] });
  const { api, server } = await serve(inTurn(page, page));
  await expect(read({ api, limit: 1, signal })).rejects.toMatchObject({ code: 'answer-broken' });
  expect(server.calls()).toHaveLength(2);
});
