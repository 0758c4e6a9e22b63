import fc from 'fast-check';
import { expect, it } from 'vitest';
import { crc32c } from './crc32c.ts';

/** Bit by bit, as it is defined. */
function slowly(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

it.each([
  ['123456789', 0xe3069283],
  ['', 0],
  ['\0'.repeat(32), 0x8a9136aa],
])('has the values of RFC 3720 and of the catalogue: %j', (text, value) => {
  expect(crc32c(Buffer.from(text))).toBe(value);
});

it('is that of the definition, whatever the bytes, their number and their place in memory', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(9), (bytes, from) => {
      const view = bytes.subarray(Math.min(from, bytes.length));
      expect(crc32c(view)).toBe(slowly(view));
    }),
  );
});
