import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, expect, test } from 'vitest';
import { freePorts } from '../broker/freePorts.ts';
import { forward } from './forward.ts';

let target: number;
beforeEach(async () => {
  const server = createServer((request, response) => request.pipe(response)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  target = (server.address() as AddressInfo).port;
  return () => server.close();
});

test('what is sent to the port arrives at the target, and its answer comes back', async () => {
  const [port = 0] = await freePorts(1);
  await forward(port, target);
  const body = 'x'.repeat(1_000_000);

  const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body });

  expect(await answer.text()).toBe(body);
});

test('a target that is gone ends the connection, and later ones are passed on again', async () => {
  const [port = 0, nobody = 0] = await freePorts(2);
  await forward(port, nobody);
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed');

  const server = createServer((_, response) => response.end('back')).listen(nobody, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('back');
  server.close();
});

test('a port that is taken is refused', async () => {
  await expect(forward(target, target)).rejects.toThrow('EADDRINUSE');
});
