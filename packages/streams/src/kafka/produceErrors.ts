import { PipelineError } from '../errors.ts';
import { toAccessError } from './access.ts';
import type { ProduceFailure } from './produceFailure.ts';
import type { QueuedMessage } from './producerBatch.ts';

/** `sample` is one of the messages that failed. */
export function toProduceError(failure: ProduceFailure, sample: QueuedMessage | undefined): PipelineError {
  const { topic = '', bytes = 0 } = sample ?? {};
  const details = { stage: 'produce' } as const;
  if (failure.kind === 'again') return new PipelineError('transient', 'produce-failed', failure.why, details);
  switch (failure.code) {
    case 'message-too-large':
      return new PipelineError(
        'permanent',
        failure.code,
        `A message of about ${bytes} bytes is larger than ${topic} takes (max.message.bytes). Make it smaller.`,
        details,
      );
    case 'message-refused':
      return new PipelineError(
        'permanent',
        failure.code,
        `The broker refuses a message for ${topic} as invalid; a compacted topic needs a key.`,
        details,
      );
    case 'batch-refused':
      return new PipelineError(
        'transient',
        failure.code,
        `The broker or the client refuses a message for ${topic}: ${failure.why}. Check the topic's settings and the broker's log.`,
        details,
      );
    case 'unknown-topic':
      return new PipelineError(
        'transient',
        failure.code,
        `Topic ${topic} is not there. Services create no topics: run \`npm run setup\`, or check TOPIC_PREFIX.`,
        details,
      );
    case 'produce-refused':
      return new PipelineError(
        'transient',
        failure.code,
        `The broker does not let us write to ${topic}: grant WRITE and DESCRIBE on it.`,
        details,
      );
  }
}

export function unreachable(cause: unknown): PipelineError {
  const refusal = toAccessError(cause, { reads: [], writes: [] });
  if (refusal) return refusal;
  const why = cause instanceof Error ? cause.message : String(cause);
  const message = `No broker could be reached for producing (${why}). Check KAFKA_BROKERS, TLS and SASL settings; try again.`;
  return new PipelineError('transient', 'broker-unavailable', message, { cause, stage: 'produce', notSent: true });
}

export function timedOut(topic: string, afterMs: number): PipelineError {
  return new PipelineError(
    'transient',
    'produce-timeout',
    `A message for ${topic} was not acknowledged within ${afterMs} ms. It may have been written or may yet be; send it again. Check the brokers and min.insync.replicas.`,
    { stage: 'produce' },
  );
}

export function backlogFull(bytes: number, limit: number): PipelineError {
  return new PipelineError(
    'transient',
    'producer-backlog',
    `${bytes} bytes wait to be produced, and at most ${limit} may. Nothing was taken; try again when the brokers have caught up.`,
    { stage: 'produce', notSent: true },
  );
}
