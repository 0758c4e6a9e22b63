import fc from 'fast-check';
import { expect, it } from 'vitest';
import { measureRecord, writeRecord } from './recordEncoder.ts';
import { loadTheirs } from './testing/loadTheirs.ts';

const theirs = loadTheirs<(record: object) => { readonly buffer: Buffer }>(
  'kafkajs/src/protocol/recordBatch/record/v0/index.js',
);

function ours(given: object): { readonly buffer: Buffer } {
  const record = measureRecord(given);
  const buffer = Buffer.alloc(record.sizeWithLength);
  expect(writeRecord(buffer, 0, record)).toBe(buffer.length);
  return { buffer };
}

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ minLength: 500, maxLength: 9_000 }));
const bytes = fc.uint8Array({ maxLength: 9_000 }).map((array) => Buffer.from(array));
const content = fc.oneof(text, bytes);
const record = fc.record(
  {
    offsetDelta: fc.nat(0x7fff_ffff),
    timestampDelta: fc.oneof(fc.nat(1_000), fc.maxSafeNat()),
    key: fc.option(content),
    value: fc.option(content),
    headers: fc.dictionary(fc.string({ maxLength: 200 }), fc.oneof(content, fc.array(content, { maxLength: 3 }))),
  },
  { requiredKeys: [] },
);

it('makes the same bytes as kafkajs of any record', () => {
  fc.assert(
    fc.property(record, (given) => {
      expect(ours(given).buffer.equals(theirs(given).buffer)).toBe(true);
    }),
  );
});

it.each([0, 1, 63, 64, 127, 128, 8_191, 8_192, 2 ** 31 - 1, 2 ** 31, 2 ** 40, Number.MAX_SAFE_INTEGER])(
  'makes the same bytes of the numbers round %d',
  (timestampDelta) => {
    const given = { offsetDelta: timestampDelta % 2 ** 31, timestampDelta, key: 'k', value: null };
    expect(ours(given).buffer).toEqual(theirs(given).buffer);
  },
);

it('takes a header without a value, with which kafkajs fails', () => {
  const length = (headers: object) => ours({ key: 'k', value: 'v', headers }).buffer.length;
  expect(length({ name: null })).toBe(length({ name: '' }));
});
