import { createRequire } from 'node:module';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type BatchContext, decodeRecord, type RecordBytes } from './recordDecoder.ts';
import { type EncodableRecord, measureRecord, writeRecord } from './recordEncoder.ts';
import { loadTheirs } from './testing/loadTheirs.ts';

const require = createRequire(import.meta.url);
type Decode = (decoder: RecordBytes, context: BatchContext) => unknown;
const theirs = loadTheirs<Decode>('kafkajs/src/protocol/recordBatch/record/v0/decoder.js');
const Decoder = require('kafkajs/src/protocol/decoder.js') as new (
  buffer: Buffer,
) => RecordBytes & {
  readVarIntBytes(): Buffer;
};
/** The bytes of a record as its batch hands them over: without the length before them. */
function bytesOf(record: EncodableRecord): Buffer {
  const measured = measureRecord(record);
  const bytes = Buffer.alloc(measured.sizeWithLength);
  writeRecord(bytes, 0, measured);
  return new Decoder(bytes).readVarIntBytes();
}
const read = (decode: Decode, bytes: Buffer, context: BatchContext): unknown => decode(new Decoder(bytes), context);

const content = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.uint8Array({ maxLength: 9_000 }).map((array) => Buffer.from(array)),
);
const name = fc.string({ maxLength: 200 }).filter((text) => !(text in {}));
const record = fc.record({
  offsetDelta: fc.nat(0x3fff_ffff),
  timestampDelta: fc.oneof(
    fc.integer({ min: -1_000, max: 1_000 }),
    fc.maxSafeNat().map((ms) => Math.floor(ms / 4)),
  ),
  key: fc.option(content),
  value: fc.option(content),
  headers: fc.dictionary(name, fc.oneof(content, fc.array(content, { minLength: 1, maxLength: 3 }))),
});
const context = fc.record({
  firstOffset: fc.bigInt({ min: 0n, max: 2n ** 62n }).map(String),
  firstTimestamp: fc.bigInt({ min: -1n, max: 2n ** 62n }).map(String),
  maxTimestamp: fc.nat().map(String),
  magicByte: fc.constant(2),
  isControlBatch: fc.boolean(),
  timestampType: fc.constantFrom(0, 1),
});

it('is not compared with itself', () => {
  expect(String(theirs)).not.toContain('readContent');
});

it('reads any record as kafkajs does', () => {
  fc.assert(
    fc.property(record, context, (given, batch) => {
      const bytes = bytesOf(given);
      expect(read(decodeRecord, bytes, batch)).toEqual(read(theirs, bytes, batch));
    }),
  );
});

it('tells a header that is null, and one that is named as what an object inherits', () => {
  const headers = Object.fromEntries([
    ['none', null],
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ]);
  const batch = { firstOffset: '0', firstTimestamp: '0' };
  const bytes = bytesOf({ key: 'k', value: null, headers });
  const decoded = decodeRecord(new Decoder(bytes), batch);
  expect(Object.entries(decoded.headers)).toEqual([
    ['none', null],
    ['__proto__', Buffer.from('a')],
    ['constructor', Buffer.from('b')],
  ]);
});

it('refuses a record that is cut', () => {
  const bytes = bytesOf({ key: 'k', value: 'value', headers: { a: 'b' } });
  for (let end = 1; end < bytes.length; end++) {
    const cut = new Decoder(bytes.subarray(0, end));
    expect(() => decodeRecord(cut, { firstOffset: '0', firstTimestamp: '0' })).toThrow(RangeError);
  }
});

it('takes many headers of one name', () => {
  const values = Array.from({ length: 20_000 }, (_, index) => String(index));
  const decoded = decodeRecord(new Decoder(bytesOf({ key: 'k', value: 'v', headers: { a: values } })), {
    ...{ firstOffset: '0', firstTimestamp: '0' },
  });
  expect(decoded.headers['a']).toHaveLength(20_000);
});
