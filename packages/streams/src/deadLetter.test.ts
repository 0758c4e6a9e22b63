import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DeadLetterInput, fromDeadLetter, redriveHeaders, toDeadLetter } from './deadLetter.ts';
import { PipelineError } from './errors.ts';
import type { RawMessage } from './message.ts';

const message: RawMessage = {
  topic: 'dev.commerce.orders.v1',
  partition: 3,
  offset: 9_007_199_254_740_993n,
  key: 'order-1',
  value: Buffer.from([0, 0, 0, 0, 7, 1, 2, 3]),
  headers: { ce_id: 'event-1', traceparent: `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01` },
  timestamp: 1_700_000_000_000,
};

const input = (changes: Partial<DeadLetterInput> = {}): DeadLetterInput => ({
  message,
  error: new PipelineError('permanent', 'rejected', 'FFT refused the order', { stage: 'call', httpStatus: 422 }),
  service: 'order-router@0.1.0',
  group: 'order-router',
  attempts: 2,
  firstFailedAt: new Date('2026-11-21T10:00:00Z'),
  failedAt: new Date('2026-11-21T10:00:05Z'),
  ...changes,
});

const asRead = (record: ReturnType<typeof toDeadLetter>): RawMessage => ({
  topic: 'order-router.dlq.v1',
  partition: 0,
  offset: 1n,
  timestamp: 0,
  ...record,
});

describe('toDeadLetter', () => {
  it('says where the message came from and why it is here', () => {
    expect(toDeadLetter(input()).headers).toEqual({
      ...message.headers,
      'dlq.original-topic': 'dev.commerce.orders.v1',
      'dlq.original-partition': '3',
      'dlq.original-offset': '9007199254740993',
      'dlq.original-timestamp': '1700000000000',
      'dlq.consumer-group': 'order-router',
      'dlq.service': 'order-router@0.1.0',
      'dlq.stage': 'call',
      'dlq.error-class': 'permanent',
      'dlq.error-code': 'rejected',
      'dlq.error-message': 'FFT refused the order',
      'dlq.http-status': '422',
      'dlq.retriable': 'false',
      'dlq.attempts': '2',
      'dlq.first-failed-at': '2026-11-21T10:00:00.000Z',
      'dlq.failed-at': '2026-11-21T10:00:05.000Z',
      'dlq.schema-id': '7',
      'dlq.correlation-id': 'ab'.repeat(16),
      'dlq.replay-count': '0',
    });
  });

  it('leaves key and value bytes as they came, a tombstone and a missing key too', () => {
    const { key, value } = toDeadLetter(input());
    expect(key).toBe('order-1');
    expect(value).toBe(message.value);
    expect(toDeadLetter(input({ message: { ...message, key: null, value: null } }))).toMatchObject({
      key: null,
      value: null,
    });
  });

  it('writes no header for what is not known', () => {
    const { headers } = toDeadLetter(
      input({
        message: { ...message, headers: {}, value: Buffer.from('{"a":1}') },
        error: new PipelineError('permanent', 'x', 'x'),
      }),
    );
    for (const name of ['stage', 'http-status', 'schema-id', 'correlation-id']) {
      expect(headers).not.toHaveProperty([`dlq.${name}`]);
    }
  });

  it('replaces the reason of an earlier round and keeps its count', () => {
    const redriven = redriveHeaders(fromDeadLetter(asRead(toDeadLetter(input()))), 'redrive-1');
    const { headers } = toDeadLetter(
      input({
        message: { ...message, headers: { ...redriven, 'dlq.http-status': '422' } },
        error: new PipelineError('permanent', 'again', 'again'),
      }),
    );
    expect(headers['dlq.replay-count']).toBe('1');
    expect(headers['dlq.error-code']).toBe('again');
    expect(headers).not.toHaveProperty(['dlq.http-status']);
  });

  it('cuts any error message to 1 KiB without breaking a character', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('x', 'ß', '€', '😀', '\ud800'),
          minLength: 250,
          maxLength: 1_100,
          size: 'max',
        }),
        (text) => {
          const { headers } = toDeadLetter(input({ error: new PipelineError('permanent', 'x', text) }));
          const written = headers['dlq.error-message'] ?? '';
          expect(Buffer.byteLength(written)).toBeLessThanOrEqual(1_024);
          expect(Buffer.from(text).toString().startsWith(written)).toBe(true);
        },
      ),
      { numRuns: 30 },
    );
    const { headers } = toDeadLetter(input({ error: new PipelineError('permanent', 'x', `${'x'.repeat(1_022)}€uro`) }));
    expect(headers['dlq.error-message']).toBe('x'.repeat(1_022));
  });
});

describe('fromDeadLetter', () => {
  it('gives back any message exactly, whatever its key, bytes and headers are', () => {
    const headerName = fc.stringMatching(/^[a-z][a-z_-]{0,12}$/);
    fc.assert(
      fc.property(
        fc.option(fc.string({ minLength: 1 }), { nil: null }),
        fc.option(fc.uint8Array(), { nil: null }),
        fc.dictionary(headerName, fc.string(), { noNullPrototype: true }),
        fc.bigInt({ min: 0n, max: 2n ** 62n }),
        (key, bytes, headers, offset) => {
          const original = { ...message, key, value: bytes === null ? null : Buffer.from(bytes), headers, offset };
          const letter = fromDeadLetter(asRead(toDeadLetter(input({ message: original }))));
          expect(letter.record).toEqual({ key, value: original.value, headers });
          expect(letter.origin).toEqual({
            topic: message.topic,
            partition: 3,
            offset,
            timestamp: message.timestamp,
          });
        },
      ),
    );
  });

  it('counts each redrive and names it', () => {
    const headers = redriveHeaders(fromDeadLetter(asRead(toDeadLetter(input({ replayCount: 2 })))), 'redrive-9');
    expect(headers).toEqual({
      ...message.headers,
      origin: 'redrive',
      'redrive-id': 'redrive-9',
      'dlq.replay-count': '3',
    });
  });

  it.each([
    ['no headers', {}],
    ['no offset', { 'dlq.original-topic': 't', 'dlq.original-partition': '0' }],
    ['a bent partition', { 'dlq.original-topic': 't', 'dlq.original-partition': '-1', 'dlq.original-offset': '1' }],
  ])('refuses a record with %s', (_, headers) => {
    expect(() => fromDeadLetter({ ...message, headers })).toThrow(
      expect.objectContaining({ code: 'not-a-dead-letter', errorClass: 'permanent' }),
    );
  });

  it('takes a bent replay count for none', () => {
    const record = toDeadLetter(input());
    const letter = asRead({ ...record, headers: { ...record.headers, 'dlq.replay-count': '-1e9' } });
    expect(fromDeadLetter(letter).replayCount).toBe(0);
  });
});
