import { PipelineError } from '@pipeline/streams';
import { expect, test } from 'vitest';
import { createLogger } from '../logging/logger.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createProcessorObserver } from './processorObserver.ts';

function start() {
  const lines: Record<string, unknown>[] = [];
  const metrics = createMetrics({ service: 'router', version: '1' });
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const logger = createLogger({ service: 'router', version: '1', level: 'debug', destination });
  return { lines, metrics, observer: createProcessorObserver({ logger, metrics }) };
}

const message = {
  topic: 'orders',
  partition: 0,
  offset: 1n,
  key: 'k',
  value: Buffer.alloc(0),
  headers: {},
  timestamp: 0,
};

test.each([
  ['breaker-open', 'debug'],
  ['rate-limited', 'debug'],
  ['draining', 'debug'],
  ['network', 'warn'],
])('a retry because of %s is a line of level %s', (code, level) => {
  const { lines, observer } = start();
  observer.retrying?.(message, new PipelineError('transient', code, 'Waits.'), 1, 500);
  expect(lines).toMatchObject([{ level, topic: 'orders', retryAfterMs: 500, error: { code } }]);
});

test('a retry that is not worth a warning is counted all the same', async () => {
  const { metrics, observer } = start();
  observer.retrying?.(message, new PipelineError('transient', 'breaker-open', 'Waits.'), 1, 500);
  expect((await metrics.expose()).body).toContain('pipeline_retries_total{code="breaker-open",service="router"} 1');
});

test('a failure of the runtime that passes is a warning, a defect an error', () => {
  const { lines, observer } = start();
  observer.defect?.(new PipelineError('transient', 'registry-unavailable', 'No answer.'));
  observer.defect?.(new PipelineError('permanent', 'undecodable', 'Bytes.'));
  observer.defect?.(new TypeError('x is undefined'));
  expect(lines).toMatchObject([
    { level: 'warn', message: 'the stream runtime is held up and tries again' },
    { level: 'error', error: { code: 'undecodable' } },
    { level: 'error', message: 'unexpected failure in the stream runtime' },
  ]);
});
