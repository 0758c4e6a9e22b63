import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLine, type Line } from './line.ts';

let line: Line;
const server = createServer((_, answer) => answer.end('here'));

beforeEach(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  line = await createLine(`127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterEach(async () => {
  await line.close();
  server.closeAllConnections();
  await once(server.close(), 'close');
});

const ask = async (ms = 5_000): Promise<string> =>
  (await fetch(`http://${line.address}`, { signal: AbortSignal.timeout(ms) })).text();

it('passes everything on while it is open', async () => {
  expect(await ask()).toBe('here');
  expect(line.state).toBe('open');
});

it('resets what is open and what comes while it is cut', async () => {
  await ask();
  line.set('cut');
  expect(line.cuts).toBe(1);
  await expect(ask()).rejects.toThrow('fetch failed');
  line.set('open');
  expect(await ask()).toBe('here');
});

it('takes connections and says nothing while it is a black hole', async () => {
  line.set('black-hole');
  await expect(ask(300)).rejects.toThrow(/timeout|aborted/i);
  line.set('open');
  expect(await ask()).toBe('here');
});

it('lets the server have everything and keeps its answers until it is open again', async () => {
  line.set('no-answers');
  const answers = [ask(), ask()];
  await expect(Promise.race([...answers, ask(300)])).rejects.toThrow(/timeout|aborted/i);
  line.set('open');
  expect(await Promise.all(answers)).toEqual(['here', 'here']);
  line.set('open');
  expect(await ask()).toBe('here');
});

it('keeps the answers on connections that were open before', async () => {
  await ask();
  line.set('no-answers');
  const answer = ask();
  await expect(Promise.race([answer, ask(300)])).rejects.toThrow(/timeout|aborted/i);
  expect(line.cuts).toBe(0);
  line.set('open');
  expect(await answer).toBe('here');
});
