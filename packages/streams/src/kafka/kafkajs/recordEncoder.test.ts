import { createRequire } from 'node:module';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRecordEncoder, type EncoderClass } from './recordEncoder.ts';

const require = createRequire(import.meta.url);
type Encode = (record: object) => { readonly buffer: Buffer };
/** As kafkajs has it, though it may have been replaced in this process already. */
function loadTheirs(): Encode {
  const path = require.resolve('kafkajs/src/protocol/recordBatch/record/v0/index.js');
  const kept = require.cache[path];
  delete require.cache[path];
  const loaded = require(path) as Encode;
  if (kept) require.cache[path] = kept;
  else delete require.cache[path];
  return loaded;
}

const theirs = loadTheirs();
const ours = createRecordEncoder(require('kafkajs/src/protocol/encoder.js') as EncoderClass) as unknown as Encode;

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

it('is not compared with itself', () => {
  expect(String(theirs)).not.toContain('sizeOfContent');
});

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
