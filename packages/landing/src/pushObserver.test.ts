import { createLogger, createMetrics } from '@pipeline/service-kit';
import { expect, test } from 'vitest';
import { createPushObserver } from './pushObserver.ts';

test('keys that cannot be had and secrets that are not taken show in metrics and log, without a value', async () => {
  const lines: Record<string, unknown>[] = [];
  const metrics = createMetrics({ service: 'ingest-ct', version: '1' });
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  const logger = createLogger({ service: 'ingest-ct', version: '1', level: 'info', destination });
  const observer = createPushObserver({ metrics, logger, source: 'commercetools' });
  const gauge = async () => /pipeline_secret_file_rejected\{[^}]*\} (\d)/.exec((await metrics.expose()).body)?.[1];

  observer.keysFetched?.('oidc');
  observer.keysFetched?.('sns', new Error('sns.test answered with status 500.'));
  observer.onChanged('CT_PUSH_SECRET');
  observer.onProblem('CT_PUSH_SECRET', 'the file is empty');
  expect(await gauge()).toBe('1');
  observer.onProblem('CT_PUSH_SECRET', undefined);
  expect(await gauge()).toBe('0');

  const { body } = await metrics.expose();
  expect(body).toContain('{source="commercetools",target="oidc",outcome="ok",service="ingest-ct"} 1');
  expect(body).toContain('{source="commercetools",target="sns",outcome="failed",service="ingest-ct"} 1');
  expect(body).toContain('pipeline_secret_reloads_total{target="CT_PUSH_SECRET",service="ingest-ct"} 1');
  expect(lines.map(({ level, target, reason }) => [level, target, reason])).toEqual([
    ['warn', 'sns', undefined],
    ['info', 'CT_PUSH_SECRET', undefined],
    ['warn', 'CT_PUSH_SECRET', 'the file is empty'],
    ['info', 'CT_PUSH_SECRET', undefined],
  ]);
});
