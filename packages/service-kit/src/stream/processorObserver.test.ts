import { PipelineError } from '@pipeline/streams';
import { expect, test } from 'vitest';
import { createLogger } from '../logging/logger.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createProcessorObserver, exposeProcessor } from './processorObserver.ts';

function start() {
  const lines: Record<string, unknown>[] = [];
  const metrics = createMetrics({ service: 'router', version: '1' });
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const logger = createLogger({ service: 'router', version: '1', level: 'debug', destination });
  return { lines, metrics, observer: createProcessorObserver({ logger, metrics, lanes: new Set(['orders.replay']) }) };
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
  ['effect-paused', 'debug'],
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

test('a failure of the runtime that passes is a warning, a defect an error that is counted', async () => {
  const { lines, metrics, observer } = start();
  observer.defect?.(new PipelineError('transient', 'registry-unavailable', 'No answer.'));
  observer.defect?.(new PipelineError('permanent', 'undecodable', 'Bytes.'));
  observer.defect?.(new TypeError('x is undefined'));
  expect(lines).toMatchObject([
    { level: 'warn', message: 'the stream runtime is held up and tries again' },
    { level: 'error', error: { code: 'undecodable' } },
    { level: 'error', message: 'unexpected failure in the stream runtime' },
  ]);
  const counted = (await metrics.expose()).body.match(/^pipeline_runtime_defects_total.*/gm);
  expect(counted).toEqual(
    ['undecodable', 'defect'].map((code) => `pipeline_runtime_defects_total{code="${code}",service="router"} 1`),
  );
});

test('a replayed message is counted, and its wait in the lane is no latency of the pipeline', async () => {
  const { metrics, observer } = start();
  observer.finished?.({ ...message, topic: 'orders.replay' }, 'done', 5);
  const { body } = await metrics.expose();
  expect(body).toContain('pipeline_records_processed_total{topic="orders.replay",outcome="done",service="router"} 1');
  expect(body).toContain('pipeline_record_e2e_latency_seconds_count{service="router"} 0');
  observer.finished?.(message, 'done', 5);
  expect((await metrics.expose()).body).toContain('pipeline_record_e2e_latency_seconds_count{service="router"} 1');
});

test('a restore tells how far it is, and at its end where the state came from', async () => {
  const { lines, metrics, observer } = start();
  observer.checkpointDiscarded?.(3, 'the topic was created anew since');
  observer.restoring?.(3, { source: 'topic', entries: 500, offset: 1_000n, end: 4_000n, elapsedMs: 5_000.4 });
  observer.restored?.(3, 2_000, 9_000.2, 'topic');
  expect(lines).toMatchObject([
    { level: 'warn', partition: 3, reason: 'the topic was created anew since' },
    { level: 'info', message: 'restoring state', partition: 3, count: 500, source: 'topic', durationMs: 5_000 },
    { level: 'info', message: 'state restored', partition: 3, count: 2_000, source: 'topic', durationMs: 9_000 },
  ]);
  expect(Number(lines[1]?.['offset'])).toBe(1_000);
  expect(Number(lines[1]?.['end'])).toBe(4_000);
  const { body } = await metrics.expose();
  expect(body).toContain('pipeline_partitions_restored_total{source="topic",service="router"} 1');
  expect(body).toContain('pipeline_restored_records_total{service="router"} 2000');
  expect(body).toContain('pipeline_checkpoints_total{outcome="discarded",service="router"} 1');
});

test('a checkpoint that fails is a warning and nothing more: the state is in Kafka', async () => {
  const { lines, metrics, observer } = start();
  observer.checkpointFailed?.(3, new Error('ENOSPC'));
  observer.checkpointSaved?.(3, { bytes: 10, entries: 1 }, 5);
  expect(lines).toMatchObject([
    { level: 'warn', partition: 3 },
    { level: 'debug', partition: 3, bytes: 10, count: 1 },
  ]);
  const { body } = await metrics.expose();
  expect(body).toContain('pipeline_checkpoints_total{outcome="failed",service="router"} 1');
  expect(body).toContain('pipeline_checkpoints_total{outcome="saved",service="router"} 1');
});

test('each consumer group says whether this process is a member of it', async () => {
  const { metrics } = start();
  expect((await metrics.expose()).body).not.toContain('pipeline_group_joined{');
  const numbers = {
    inFlight: 0,
    unfinished: 0,
    keysRunning: 0,
    keysWaiting: 0,
    restoringPartitions: 0,
    restoreRemaining: 0,
  };
  const sizes = { stateEntries: 0, stateBytes: 0, oldestUnfinishedAgeMs: 0 };
  const status = { ...numbers, ...sizes, replayLag: new Map(), pausedEffects: [], fencedPartitions: [] };
  const of = (joined: boolean) =>
    ({ status: () => ({ ...status, joined }) }) as unknown as Parameters<typeof exposeProcessor>[2];
  exposeProcessor(metrics, 'shop.router', of(true));
  exposeProcessor(metrics, 'shop.router.land', of(false));
  const { body } = await metrics.expose();
  expect(body).toContain('pipeline_group_joined{group="shop.router",service="router"} 1');
  expect(body).toContain('pipeline_group_joined{group="shop.router.land",service="router"} 0');
});
