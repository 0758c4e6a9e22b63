import { createLogger, createMetrics } from '@pipeline/service-kit';
import { expect, test } from 'vitest';
import { createLandingHooks } from './landingMetrics.ts';
import { refuse } from './refusal.ts';

function start() {
  const lines: Record<string, unknown>[] = [];
  const metrics = createMetrics({ service: 'ingest-ct', version: '1' });
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const logger = createLogger({ service: 'ingest-ct', version: '1', level: 'info', destination });
  let time = 0;
  const hooks = createLandingHooks({ metrics, logger, source: 'commercetools', now: () => time });
  return { hooks, lines, metrics, advance: (ms: number) => void (time += ms) };
}

test('landed, repeated and rejected deliveries are counted by source and reason', async () => {
  const { hooks, metrics } = start();
  const before = Date.now() / 1_000;
  hooks.landed?.({ seconds: 0.02, count: 3, ids: ['a', 'b', 'a'] });
  hooks.landed?.({ seconds: 0.02, count: 1, ids: ['b'] });
  hooks.control?.('unsubscribe-confirmation');
  hooks.rejected?.('publish-failed', new Error('broker gone'));
  hooks.rejected?.('publish-failed', new Error('broker gone'));
  const { body } = await metrics.expose();
  expect(body).toContain('pipeline_notifications_landed_total{source="commercetools",service="ingest-ct"} 4');
  expect(body).toContain(
    'pipeline_notifications_rejected_total{source="commercetools",reason="publish-failed",service="ingest-ct"} 2',
  );
  expect(body).toContain('pipeline_notifications_repeated_total{source="commercetools",service="ingest-ct"} 2');
  expect(body).toContain('{source="commercetools",reason="unsubscribe-confirmation",service="ingest-ct"} 1');
  expect(body).toContain('pipeline_produce_seconds_count{service="ingest-ct"} 2');
  const [, last] = /pipeline_last_notification_timestamp_seconds\{[^}]*\} (\S+)/.exec(body) ?? [];
  expect(Number(last)).toBeGreaterThanOrEqual(before);
});

test('silence after a start can be seen: its beginning counts as the last notification', async () => {
  const before = Date.now() / 1_000;
  const { metrics } = start();
  const { body } = await metrics.expose();
  const [, last] =
    /pipeline_last_notification_timestamp_seconds\{source="commercetools",[^}]*\} (\S+)/.exec(body) ?? [];
  expect(Number(last)).toBeGreaterThanOrEqual(before);
});

test('each code of a refusal has lines of its own, so that strangers who knock do not hide a wrong setting', () => {
  const { hooks, lines } = start();
  const [missing, audience] = [refuse('secret-missing'), refuse('oidc-audience')];
  for (let index = 0; index < 100; index += 1) hooks.rejected?.('unauthorized', missing.error);
  hooks.rejected?.('unauthorized', audience.error);
  expect(lines).toMatchObject([
    { level: 'warn', reason: 'unauthorized', error: { code: 'secret-missing' }, count: 1 },
    { level: 'warn', reason: 'unauthorized', error: { code: 'oidc-audience' }, count: 1 },
  ]);
});

test('a storm of rejections is one line for each reason and interval, with their number', () => {
  const { hooks, lines, advance } = start();
  for (let index = 0; index < 1_000; index += 1) hooks.rejected?.('unauthorized');
  hooks.rejected?.('publish-failed', new Error('broker gone'));
  advance(9_999);
  hooks.rejected?.('unauthorized');
  expect(lines).toHaveLength(2);
  advance(1);
  hooks.rejected?.('unauthorized');
  expect(lines).toMatchObject([
    { level: 'warn', reason: 'unauthorized', count: 1 },
    { level: 'warn', reason: 'publish-failed', error: { message: 'broker gone' } },
    { level: 'warn', reason: 'unauthorized', count: 1_001 },
  ]);
});
