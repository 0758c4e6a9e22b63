import { PipelineError } from '../errors.ts';
import { kafkaErrorType } from './errorType.ts';

const FENCED_TYPES = new Set(['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED', 'INVALID_PRODUCER_ID_MAPPING']);

export function toStoreError(error: unknown, topic: string, partition: number): PipelineError {
  if (FENCED_TYPES.has(kafkaErrorType(error) ?? '')) {
    return new PipelineError('fenced', 'fenced', `Another process owns partition ${partition} of ${topic} now.`, {
      cause: error,
    });
  }
  const message = `Whether the last entries of partition ${partition} of ${topic} were committed is not known; the store is restored anew.`;
  return new PipelineError('transient', 'commit-unknown', message, { cause: error, stage: 'produce' });
}

const TOO_LARGE_TYPES = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);
export const isTooLarge = (error: unknown): boolean => TOO_LARGE_TYPES.has(kafkaErrorType(error) ?? '');

export const tooLarge = (topic: string, partition: number, cause: unknown): PipelineError =>
  new PipelineError(
    'permanent',
    'message-too-large',
    `An entry for partition ${partition} of ${topic}, or a message that goes with it, is larger than its topic takes. Raise the topic's max.message.bytes, then redrive.`,
    { cause, stage: 'produce' },
  );

export const notRestored = (topic: string, partition: number): PipelineError =>
  new PipelineError(
    'transient',
    'not-restored',
    `The store of partition ${partition} of ${topic} is not restored yet.`,
    {
      stage: 'produce',
    },
  );

export const closed = (topic: string, partition: number): PipelineError =>
  new PipelineError('fenced', 'store-closed', `The store of partition ${partition} of ${topic} was closed.`);
