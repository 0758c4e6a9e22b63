import { afterEach, expect, test } from 'vitest';
import { aChannel } from '../testing/channel.ts';
import { clientOf } from '../testing/client.ts';
import { ctError, html, inTurn, json, type Reply, startServer } from '../testing/server.ts';
import { type ChannelReaderSettings, createChannelReader } from './channelReader.ts';

const cleanup: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of cleanup.splice(0).reverse()) await step();
});

const { signal } = new AbortController();
const channelPath = '/shop/channels/channel-1';
const names = { en: 'Store', de: 'Filiale' };

async function start(routes: Record<string, Reply>, settings: Partial<ChannelReaderSettings> = {}) {
  const server = await startServer((request, response) =>
    (routes[request.path.replace(/\/$/, '')] ?? ctError(404, 'ResourceNotFound'))(request, response),
  );
  const client = clientOf(server.url);
  cleanup.push(
    () => client.close(),
    () => server.stop(),
  );
  return { server, read: createChannelReader({ api: client.api, ...settings }) };
}

test('reads a channel, and the languages of the project once, where they choose its name', async () => {
  const { server, read } = await start({
    [channelPath]: json(200, aChannel({ name: names })),
    '/shop': json(200, { languages: ['de', 'en'] }),
  });
  expect(await read('channel-1', signal)).toMatchObject({ version: 3, snapshot: { name: 'Filiale' } });
  await read('channel-1', signal);
  expect(server.calls().filter((each) => !each.includes('channels'))).toHaveLength(1);
});

test('a channel with one name needs no languages', async () => {
  const { server, read } = await start({ [channelPath]: json(200, aChannel({ name: { fr: 'Magasin' } })) });
  expect(await read('channel-1', signal)).toMatchObject({ snapshot: { name: 'Magasin' } });
  expect(server.calls()).toEqual([`GET ${channelPath}`]);
});

test('a channel that is not there is undefined, but a 404 of a proxy is not an answer', async () => {
  const { read } = await start({ '/shop/channels/channel-2': html(404) });
  expect(await read('channel-1', signal)).toBeUndefined();
  await expect(read('channel-2', signal)).rejects.toMatchObject({ errorClass: 'transient' });
});

test('an id cannot leave its place in the path', async () => {
  const { server, read } = await start({});
  expect(await read('../orders/1?x=', signal)).toBeUndefined();
  expect(server.requests.at(-1)?.path).toMatch(/^\/shop\/channels\/[^/]+$/);
});

test('a missing scope is named, and pauses no more than the reading of channels', async () => {
  let now = 0;
  const { server, read } = await start(
    {
      [channelPath]: inTurn(ctError(403, 'insufficient_scope'), json(200, aChannel({ name: names }))),
      '/shop': inTurn(ctError(403, 'insufficient_scope'), json(200, { languages: ['en'] })),
    },
    { pauses: { now: () => now } },
  );
  await expect(read('channel-1', signal)).rejects.toMatchObject({
    errorClass: 'auth',
    message: expect.stringContaining('the scope view_channels;'),
  });
  const calls = server.calls().length;
  await expect(read('channel-1', signal)).rejects.toMatchObject({ code: 'effect-paused', retryAfterMs: 1_000 });
  expect(server.calls()).toHaveLength(calls);
  now += 1_000;
  await expect(read('channel-1', signal)).rejects.toThrow('the scope view_project_settings;');
  now += 2_000;
  expect(await read('channel-1', signal)).toMatchObject({ snapshot: { name: 'Store' } });
});

test('a project without languages is no answer', async () => {
  const { read } = await start({ [channelPath]: json(200, aChannel({ name: names })), '/shop': json(200, {}) });
  await expect(read('channel-1', signal)).rejects.toMatchObject({ code: 'answer-broken', errorClass: 'transient' });
});
