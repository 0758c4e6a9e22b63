import { afterEach, expect, test } from 'vitest';
import { createMetrics } from './metrics/metrics.ts';
import { type Check, createOpsServer, type OpsServerOptions, type RunningServer } from './opsServer.ts';
import { send } from './testing/http.ts';

let server: RunningServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(options: Partial<OpsServerOptions> = {}) {
  const metrics = createMetrics({ service: 'order-router', version: '1.2.3' });
  const ok = (): Check => ({ ok: true });
  server = await createOpsServer({ host: '127.0.0.1', port: 0, metrics, livez: ok, readyz: ok, ...options });
  const { url } = server;
  return (path: string, method = 'GET') => send(`${url}${path}`, { method });
}

test('live and ready answer 200', async () => {
  const get = await start();
  for (const path of ['/livez', '/readyz']) {
    const answer = await get(path);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toEqual({ status: 'ok', reasons: [] });
  }
});

test('what is not well answers 503 with the reasons, and the two are independent and asked each time', async () => {
  let ready: Check = { ok: false, reasons: ['state of partition 3 is being restored'] };
  const get = await start({ readyz: () => ready });
  const failing = await get('/readyz');
  expect(failing.status).toBe(503);
  expect(JSON.parse(failing.body)).toEqual({ status: 'failing', reasons: ['state of partition 3 is being restored'] });
  expect((await get('/livez')).status).toBe(200);
  ready = { ok: true };
  expect((await get('/readyz')).status).toBe(200);
});

test('a check that throws is not well, and does not tell why', async () => {
  const get = await start({
    livez: () => {
      throw new Error('hunter2');
    },
  });
  const answer = await get('/livez');
  expect(answer.status).toBe(503);
  expect(JSON.parse(answer.body)).toEqual({ status: 'failing', reasons: ['the check itself failed'] });
});

test('metrics answer in the text format of Prometheus', async () => {
  const get = await start();
  const answer = await get('/metrics');
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(answer.body).toContain('pipeline_build_info{');
});

test('a scrape that fails answers 500 without the inside of the error', async () => {
  const get = await start({ metrics: { expose: () => Promise.reject(new Error('hunter2')) } });
  const answer = await get('/metrics');
  expect(answer.status).toBe(500);
  expect(answer.body).not.toContain('hunter2');
});

test('nothing else is served', async () => {
  const get = await start();
  expect((await get('/')).status).toBe(404);
  expect((await get('/livez', 'POST')).status).toBe(404);
  expect((await get('/nothing?token=hunter2')).body).not.toContain('hunter2');
});

test('a port that is taken is an error at the start', async () => {
  await start();
  const metrics = createMetrics({ service: 's', version: 'v' });
  const ok = (): Check => ({ ok: true });
  const again = createOpsServer({ host: '127.0.0.1', port: server?.port ?? 0, metrics, livez: ok, readyz: ok });
  await expect(again).rejects.toThrow(/EADDRINUSE/);
});
