import type { Processor } from '@pipeline/streams/kafka';
import { isPipelineError, type ProcessorObserver, toPipelineError } from '@pipeline/streams';
import type { Logger } from '../logging/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';

/** Nothing was sent: that a vendor is down, or called less often, is said once, not for each message that waits for it. */
const quietCodes = ['breaker-open', 'effect-paused', 'rate-limited'];

/** Turns what the stream runtime tells into log lines and metrics. */
export function createProcessorObserver({
  logger,
  metrics,
  lanes = new Set(),
}: {
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Deployed names of the replay lanes: how long they wait there says nothing about the pipeline. (Default: none) */
  readonly lanes?: ReadonlySet<string>;
}): ProcessorObserver {
  return {
    consumed: (topic, count) => metrics.recordsConsumed.inc({ topic }, count),
    finished({ topic, timestamp }, outcome, durationMs) {
      metrics.recordsProcessed.inc({ topic, outcome });
      metrics.recordProcessing.observe({ topic }, durationMs / 1_000);
      if (!lanes.has(topic)) metrics.recordEndToEnd.observe(Math.max(0, Date.now() - timestamp) / 1_000);
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
    effectPaused: (name, error) =>
      logger.error('a permission is missing: no call of this kind is made but for probes', { effect: name, error }),
    effectResumed: (name) => logger.info('the permission is there again', { effect: name }),
    assigned({ acquired, lost, owned }) {
      metrics.rebalances.inc();
      logger.info('partitions assigned', {
        partitions: acquired,
        count: owned,
        reason: `${acquired.length} acquired, ${lost.length} lost`,
      });
    },
    restoring(partition, { source, entries, offset, end, elapsedMs }) {
      logger.info('restoring state', {
        ...{ partition, source, offset, end, count: entries },
        durationMs: Math.round(elapsedMs),
      });
    },
    restored(partition, entries, durationMs, source) {
      metrics.restore.observe(durationMs / 1_000);
      metrics.restoredRecords.inc(entries);
      metrics.partitionsRestored.inc({ source });
      logger.info('state restored', { partition, source, count: entries, durationMs: Math.round(durationMs) });
    },
    checkpointDiscarded(partition, reason) {
      metrics.checkpoints.inc({ outcome: 'discarded' });
      logger.warn('checkpoint discarded, the state is read from its topic', { partition, reason });
    },
    checkpointSaved(partition, { bytes, entries }, durationMs) {
      metrics.checkpoints.inc({ outcome: 'saved' });
      logger.debug('checkpoint saved', { partition, bytes, count: entries, durationMs: Math.round(durationMs) });
    },
    checkpointFailed(partition, error) {
      metrics.checkpoints.inc({ outcome: 'failed' });
      logger.warn('checkpoint could not be read or written; the next restore takes longer', { partition, error });
    },
    fenced: (partition) => logger.error('partition is owned elsewhere', { partition, code: 'owned-elsewhere' }),
    committed: (topic, partition, offset) =>
      metrics.committedOffset.set({ topic, partition: String(partition) }, Number(offset)),
    crashed: (error, restarts) =>
      logger.error('consumer crashed', { reason: restarts ? 'it restarts' : 'it does not restart', error }),
    defect(error) {
      // What an outage does to the runtime's own reads and writes; it goes on by itself.
      if (isPipelineError(error) && error.errorClass !== 'permanent')
        return logger.warn('the stream runtime is held up and tries again', { error });
      metrics.runtimeDefects.inc({ code: toPipelineError(error).code });
      logger.error('unexpected failure in the stream runtime', { error });
    },
  };
}

/**
 * Reads a processor's gauges before each scrape.
 * @param group its consumer group
 */
export function exposeProcessor(metrics: Metrics, group: string, processor: Pick<Processor, 'status'>): void {
  metrics.onScrape(() => {
    const status = processor.status();
    metrics.groupJoined.set({ group }, status.joined ? 1 : 0);
    metrics.inFlight.set(status.inFlight);
    metrics.bufferedRecords.set(status.unfinished);
    for (const [topic, lag] of status.replayLag) metrics.replayLag.set({ topic }, lag);
    metrics.keysActive.set(status.keysRunning);
    metrics.keysWaiting.set(status.keysWaiting);
    metrics.deadLettersHeldBack.set(status.deadLettersHeldBack ? 1 : 0);
    metrics.effectPaused.reset();
    for (const effect of status.pausedEffects) metrics.effectPaused.set({ effect }, 1);
    metrics.partitionsPaused.set({ reason: 'restoring' }, status.restoringPartitions);
    metrics.restoreRemaining.set(status.restoreRemaining);
    metrics.stateEntries.set(status.stateEntries);
    metrics.stateBytes.set(status.stateBytes);
    metrics.partitionsPaused.set({ reason: 'fenced' }, status.fencedPartitions.length);
    metrics.oldestUnfinishedAge.set(status.oldestUnfinishedAgeMs / 1_000);
  });
}
