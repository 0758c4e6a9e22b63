import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTcpSwitch, type TcpSwitch } from './tcpSwitch.ts';

let proxy: TcpSwitch;
let url: string;
const held = Promise.withResolvers<void>();

beforeEach(async () => {
  const server = createServer((request, response) => {
    if (request.url === '/held') held.resolve();
    else response.end('served');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await createTcpSwitch(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  url = `http://${proxy.address}`;
  return async () => {
    server.closeAllConnections();
    await once(server.close(), 'close');
  };
});
afterEach(() => proxy.close());

const get = async (path = '') => (await fetch(`${url}${path}`)).text();

test('passes everything on', async () => {
  expect(await get()).toBe('served');
});

test('cuts what is open, refuses what comes, and passes on again', async () => {
  const waiting = get('/held');
  const cut = expect(waiting).rejects.toThrow('fetch failed');
  await held.promise;
  proxy.setReachable(false);
  await cut;
  await expect(get()).rejects.toThrow('fetch failed');
  proxy.setReachable(true);
  expect(await get()).toBe('served');
});
