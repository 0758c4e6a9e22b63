import { topics } from '@pipeline/schemas';
import { PipelineError, type RawMessage, toDeadLetter } from '@pipeline/streams';
import { type Letter, type ServiceName, toLetters } from '../dlq/letters.ts';
import { type Mark, toMarkHeaders } from '../dlq/mark.ts';

export const LETTER_AT = 1_768_471_200_000;

export interface LetterInput {
  readonly service?: ServiceName;
  readonly partition?: number;
  readonly offset?: bigint;
  readonly at?: number;
  readonly key?: string | null;
  readonly code?: string;
  readonly stage?: 'deserialize' | 'map' | 'call';
  readonly text?: string;
  readonly originTopic?: string;
  readonly originPartition?: number;
  readonly replayCount?: number;
  readonly value?: Buffer;
}

/** The record of a dead letter as it is read back. */
export function aLetterRecord(input: LetterInput = {}): RawMessage {
  const { service = 'order-router', partition = 3, offset = 17n, at = LETTER_AT, key = 'order-1' } = input;
  const { originTopic = topics.commerceOrders.name, originPartition = partition, replayCount = 0 } = input;
  const { code = 'order-refused', stage = 'call', text = 'Refused: stock.', value = Buffer.from('value') } = input;
  const message: RawMessage = {
    topic: originTopic,
    partition: originPartition,
    offset: 5n,
    key,
    value,
    headers: { ce_id: 'event-1', origin: 'live' },
    timestamp: at - 1_000,
  };
  const { headers } = toDeadLetter({
    message,
    error: new PipelineError('permanent', code, text, { stage }),
    service: `${service}@0.1.0`,
    group: service,
    attempts: 1,
    firstFailedAt: new Date(at),
    failedAt: new Date(at),
    replayCount,
  });
  return { topic: `${service}.dlq.v1`, partition, offset, key, value, headers, timestamp: at };
}

export function aMarkRecord(mark: Partial<Mark> & { readonly offset: bigint }, partition = 3): RawMessage {
  const full: Mark = { redriveId: 'redrive-1', at: new Date(LETTER_AT).toISOString(), to: 'topic/3', ...mark };
  return {
    topic: 'order-router.dlq.v1',
    partition,
    offset: mark.offset + 100n,
    key: 'order-1',
    value: null,
    headers: toMarkHeaders(full),
    timestamp: LETTER_AT,
  };
}

export function aLetter(input: LetterInput & { readonly marks?: readonly Partial<Mark>[] } = {}): Letter {
  const record = aLetterRecord(input);
  const marks = (input.marks ?? []).map((mark) => aMarkRecord({ offset: record.offset, ...mark }, record.partition));
  const [letter] = toLetters(input.service ?? 'order-router', [record, ...marks]).letters;
  if (!letter) throw new Error('It is no letter.');
  return letter;
}
