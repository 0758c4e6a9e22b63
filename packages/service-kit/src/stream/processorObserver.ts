import type { Processor } from '@pipeline/streams/kafka';
import { isPipelineError, type ProcessorObserver } from '@pipeline/streams';
import type { Logger } from '../logging/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';

/** Nothing was sent: that a vendor is down, or called less often, is said once, not for each message that waits for it. */
const quietCodes = ['breaker-open', 'rate-limited'];

/** Turns what the stream runtime tells into log lines and metrics. */
export function createProcessorObserver({
  logger,
  metrics,
}: {
  readonly logger: Logger;
  readonly metrics: Metrics;
}): ProcessorObserver {
  return {
    consumed: (topic, count) => metrics.recordsConsumed.inc({ topic }, count),
    finished({ topic, timestamp }, outcome, durationMs) {
      metrics.recordsProcessed.inc({ topic, outcome });
      metrics.recordProcessing.observe({ topic }, durationMs / 1_000);
      metrics.recordEndToEnd.observe(Math.max(0, Date.now() - timestamp) / 1_000);
    },
    retrying({ topic, partition, offset, key }, error, attempt, afterMs) {
      // The service stops: another process takes it up.
      const draining = error.code === 'draining';
      if (!draining) metrics.retries.inc({ code: error.code });
      const level = draining || quietCodes.includes(error.code) ? 'debug' : 'warn';
      logger[level](draining ? 'left for later' : 'will try again', {
        topic,
        partition,
        offset,
        key,
        attempt,
        retryAfterMs: afterMs,
        error,
      });
    },
    deadLettered({ topic, partition, offset, key }, error) {
      metrics.deadLetters.inc({ stage: error.stage ?? 'call', code: error.code });
      logger.error('dead letter', { topic, partition, offset, key, outcome: 'dead-letter', error });
    },
    assigned({ acquired, lost, owned }) {
      metrics.rebalances.inc();
      logger.info('partitions assigned', {
        partitions: acquired,
        count: owned,
        reason: `${acquired.length} acquired, ${lost.length} lost`,
      });
    },
    restored(partition, entries, durationMs) {
      metrics.restore.observe(durationMs / 1_000);
      metrics.restoredRecords.inc(entries);
      logger.info('state restored', { partition, count: entries, durationMs: Math.round(durationMs) });
    },
    fenced: (partition) => logger.error('partition is owned elsewhere', { partition, code: 'owned-elsewhere' }),
    committed: (topic, partition, offset) =>
      metrics.committedOffset.set({ topic, partition: String(partition) }, Number(offset)),
    crashed: (error, restarts) =>
      logger.error('consumer crashed', { reason: restarts ? 'it restarts' : 'it does not restart', error }),
    defect(error) {
      // What an outage does to the runtime's own reads and writes; it goes on by itself.
      if (isPipelineError(error) && error.errorClass !== 'permanent')
        logger.warn('the stream runtime is held up and tries again', { error });
      else logger.error('unexpected failure in the stream runtime', { error });
    },
  };
}

/** Reads a processor's gauges before each scrape. */
export function exposeProcessor(metrics: Metrics, processor: Processor): void {
  metrics.onScrape(() => {
    const status = processor.status();
    metrics.inFlight.set(status.inFlight);
    metrics.bufferedRecords.set(status.unfinished);
    metrics.keysActive.set(status.keysRunning);
    metrics.keysWaiting.set(status.keysWaiting);
    metrics.deadLettersHeldBack.set(status.deadLettersHeldBack ? 1 : 0);
    metrics.partitionsPaused.set({ reason: 'restoring' }, status.restoringPartitions);
    metrics.partitionsPaused.set({ reason: 'fenced' }, status.fencedPartitions.length);
    metrics.oldestUnfinishedAge.set(status.oldestUnfinishedAgeMs / 1_000);
  });
}
