import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { expect, it, vi } from 'vitest';
import { measureHttpCalls } from './httpCalls.ts';
import { createMetrics } from './metrics.ts';

it('measures calls to its targets by method and class of status, cut answers as errors, and others not at all', async () => {
  const server = createServer((incoming, outgoing) => {
    if (incoming.url === '/cut') {
      outgoing.writeHead(200, { 'content-length': '100' }).write('half', () => outgoing.destroy());
      return;
    }
    outgoing.writeHead(Number(incoming.url?.slice(1))).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const other = `http://localhost:${(server.address() as AddressInfo).port}`;
  const metrics = createMetrics({ service: 'test', version: '1' });
  const calls = measureHttpCalls(metrics);
  try {
    // Not a target yet.
    await (await request(`${url}/200`)).body.text();
    calls.addTarget(`${url}/base`, 'vendor');
    for (const path of ['/200', '/200', '/404', '/503']) await (await request(`${url}${path}`)).body.text();
    await (await request(`${url}/201`, { method: 'POST' })).body.text();
    await expect((async () => (await request(`${url}/cut`)).body.text())()).rejects.toThrow();
    await (await request(`${other}/200`)).body.text();
    const count = (text: string, labels: string): string | undefined =>
      text
        .split('\n')
        .find((line) => line.startsWith('pipeline_http_client_request_seconds_count') && line.includes(labels))
        ?.split(' ')
        .at(-1);
    await vi.waitFor(async () => {
      const { body } = await metrics.expose();
      expect(count(body, 'target="vendor",method="GET",status_class="2xx"')).toBe('2');
      expect(count(body, 'target="vendor",method="GET",status_class="4xx"')).toBe('1');
      expect(count(body, 'target="vendor",method="GET",status_class="5xx"')).toBe('1');
      expect(count(body, 'target="vendor",method="POST",status_class="2xx"')).toBe('1');
      expect(count(body, 'target="vendor",method="GET",status_class="error"')).toBe('1');
    });
  } finally {
    calls.stop();
    server.closeAllConnections();
    await once(server.close(), 'close');
  }
});
