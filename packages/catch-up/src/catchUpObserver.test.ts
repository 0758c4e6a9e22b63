import { createLogger, createMetrics } from '@pipeline/service-kit';
import { PipelineError } from '@pipeline/streams';
import { expect, test } from 'vitest';
import { createCatchUpObserver } from './catchUpObserver.ts';

function start() {
  const metrics = createMetrics({ service: 'ingest-ct', version: '0' });
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger({
    service: 'ingest-ct',
    version: '0',
    level: 'info',
    destination: { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const observer = createCatchUpObserver({
    metrics,
    logger,
    source: 'commercetools',
    statuses: ['Healthy', 'Stopped'],
    losing: ['Stopped'],
  });
  const status = async () => {
    const { body } = await metrics.expose();
    const found = body.matchAll(/^pipeline_subscription_status\{[^}]*status="(\w+)"[^}]*\} (\d)$/gm);
    return Object.fromEntries([...found].map(([, name, value]) => [name, Number(value)]));
  };
  return { observer, metrics, lines, status };
}

test('exactly one status is 1, also when it is none that is known, and none once the turn is over', async () => {
  const { observer, status } = start();
  observer.subscription('Healthy', null);
  expect(await status()).toEqual({ Healthy: 1, Stopped: 0, Missing: 0, Unknown: 0 });
  observer.subscription('Stopped', 'Healthy');
  expect(await status()).toMatchObject({ Healthy: 0, Stopped: 1 });
  observer.subscription('Brandnew', 'Stopped');
  expect(await status()).toEqual({ Healthy: 0, Stopped: 0, Missing: 0, Unknown: 1 });
  observer.subscription('Healthy', 'Brandnew');
  observer.failed('subscription', new PipelineError('auth', 'scope-missing', 'It needs the scope x.'));
  expect(await status()).toMatchObject({ Healthy: 0, Unknown: 1 });
  observer.over();
  expect(await status()).toEqual({});
});

test('a status is logged when it changes, as an error when notifications are lost', () => {
  const { observer, lines } = start();
  for (const [now, before] of [
    ['Healthy', null],
    ['Healthy', 'Healthy'],
    ['Stopped', 'Healthy'],
    ['Stopped', 'Stopped'],
    ['Missing', 'Stopped'],
  ] as const)
    observer.subscription(now, before);
  expect(lines.map(({ level, status }) => [level, status])).toEqual([
    ['info', 'Healthy'],
    ['error', 'Stopped'],
    ['error', 'Missing'],
  ]);
});

test('a gap is told once for each time, with the command that fills it', async () => {
  const { observer, metrics, lines } = start();
  for (const from of [0, 0, 5]) observer.gap(from, 10_000);
  expect(lines).toHaveLength(2);
  expect(lines[0]?.['reason']).toMatch(/^what happened from 1970-01-01.*npm run ops -- catch-up/);
  expect((await metrics.expose()).body).toMatch(/catch_up_errors_total\{[^}]*code="gap"[^}]*\} 2\n/);
});
