import { PipelineError, type ErrorClass } from './errors.ts';
import type { Position, RawMessage } from './message.ts';

const PREFIX = 'dlq.';
const MAX_MESSAGE_BYTES = 1_024;

/** A record as it is produced: what lies in Kafka is key, bytes and headers. */
export interface RawRecord {
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

export interface DeadLetterInput {
  readonly message: RawMessage;
  readonly error: PipelineError;
  /** name@version */
  readonly service: string;
  readonly group: string;
  /** How often it was tried, 1 when it failed at once. */
  readonly attempts: number;
  readonly firstFailedAt: Date;
  readonly failedAt: Date;
  /** How often it was redriven. (Default: what the message's own header says) */
  readonly replayCount?: number;
}

/**
 * The record for the service's dead letter topic: key, value bytes and headers as they came, and beside them `dlq.*`
 * headers that say where it came from and why it is here. `dlq.*` headers of an earlier round are replaced. Timestamps
 * are ISO 8601, except `dlq.original-timestamp`: milliseconds, as Kafka has it. No stack trace: that is in the log.
 */
export function toDeadLetter(input: DeadLetterInput): RawRecord {
  const { message, error } = input;
  const reason: Record<string, string | number | boolean | undefined> = {
    'original-topic': message.topic,
    'original-partition': message.partition,
    'original-offset': String(message.offset),
    'original-timestamp': message.timestamp,
    'consumer-group': input.group,
    service: input.service,
    stage: error.stage,
    'error-class': error.errorClass,
    'error-code': error.code,
    'error-message': clip(error.message, MAX_MESSAGE_BYTES),
    'http-status': error.httpStatus,
    retriable: error.errorClass !== 'permanent' && error.errorClass !== 'gone',
    attempts: input.attempts,
    'first-failed-at': input.firstFailedAt.toISOString(),
    'failed-at': input.failedAt.toISOString(),
    'schema-id': schemaIdOf(message.value),
    'correlation-id': traceIdOf(message.headers['traceparent']) ?? message.headers['ce_id'],
    'replay-count': input.replayCount ?? replayCountOf(message.headers),
  };
  const headers: Record<string, string> = { ...withoutPrefix(message.headers) };
  for (const [name, value] of Object.entries(reason)) {
    if (value !== undefined) headers[PREFIX + name] = String(value);
  }
  return { key: message.key, value: message.value, headers };
}

export interface DeadLetter {
  /** Where the message lay when it failed; the topic's deployed name. */
  readonly origin: Position & { readonly timestamp: number };
  /** The message as it came, without any `dlq.*` header. */
  readonly record: RawRecord;
  readonly service: string;
  readonly group: string;
  readonly errorClass: ErrorClass | string;
  readonly errorCode: string;
  readonly errorMessage: string;
  readonly attempts: number;
  /** ISO 8601 */
  readonly failedAt: string;
  readonly replayCount: number;
}

/**
 * Reads a record of a dead letter topic back.
 * @throws PipelineError `permanent`, `not-a-dead-letter`, when the headers that say where it came from are not there.
 */
export function fromDeadLetter(letter: RawMessage): DeadLetter {
  const header = (name: string) => letter.headers[PREFIX + name] ?? '';
  const topic = header('original-topic');
  const partition = header('original-partition');
  const offset = header('original-offset');
  if (topic === '' || !/^\d+$/.test(partition) || !/^\d+$/.test(offset)) {
    throw new PipelineError(
      'permanent',
      'not-a-dead-letter',
      `Record ${letter.offset} of ${letter.topic}-${letter.partition} has no usable ${PREFIX}original-* headers, so it cannot be sent back. Leave it out of the redrive.`,
      { stage: 'validate' },
    );
  }
  return {
    origin: {
      topic,
      partition: Number(partition),
      offset: BigInt(offset),
      timestamp: toCount(header('original-timestamp')),
    },
    record: { key: letter.key, value: letter.value, headers: withoutPrefix(letter.headers) },
    service: header('service'),
    group: header('consumer-group'),
    errorClass: header('error-class'),
    errorCode: header('error-code'),
    errorMessage: header('error-message'),
    attempts: toCount(header('attempts')),
    failedAt: header('failed-at'),
    replayCount: replayCountOf(letter.headers),
  };
}

/**
 * Headers under which a dead letter goes back to its origin: its own, `origin: redrive`, the id of the redrive, and
 * the count that the next failure carries on, so that a loop can be capped.
 */
export function redriveHeaders(letter: DeadLetter, redriveId: string): Readonly<Record<string, string>> {
  return {
    ...letter.record.headers,
    origin: 'redrive',
    'redrive-id': redriveId,
    [`${PREFIX}replay-count`]: String(letter.replayCount + 1),
  };
}

function withoutPrefix(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(PREFIX)));
}

function replayCountOf(headers: Readonly<Record<string, string>>): number {
  return toCount(headers[`${PREFIX}replay-count`]);
}

function toCount(text: string | undefined): number {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : 0;
}

/** Confluent wire format: 0, then the schema's id in 4 bytes. JSON never begins with a 0 byte. */
function schemaIdOf(value: Buffer | null): number | undefined {
  return value !== null && value.length >= 5 && value[0] === 0 ? value.readInt32BE(1) : undefined;
}

function traceIdOf(traceparent: string | undefined): string | undefined {
  return /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(traceparent ?? '')?.[1];
}

/** At most so many bytes of UTF-8, never half a character. */
function clip(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= maxBytes) return bytes.toString('utf8');
  let end = maxBytes;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}
