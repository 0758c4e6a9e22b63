import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFrameSplitter } from './frames.ts';

const frameOf = (body: Uint8Array): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
};

test('finds the same frames however the bytes are cut into chunks', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 50 }),
      (bodies, sizes) => {
        const bytes = Buffer.concat(bodies.map(frameOf));
        const seen: Buffer[] = [];
        const take = createFrameSplitter((frame) => seen.push(Buffer.from(frame)));
        for (let at = 0, n = 0; at < bytes.length; n++) {
          const size = sizes[n % sizes.length] as number;
          take(bytes.subarray(at, at + size));
          at += size;
        }
        expect(seen).toEqual(bodies.map(frameOf));
      },
    ),
  );
});

test('a frame that is not whole yet is kept back', () => {
  const seen: Buffer[] = [];
  const take = createFrameSplitter((frame) => seen.push(frame));

  take(Buffer.from([0, 0, 0, 2, 1]));
  expect(seen).toEqual([]);

  take(Buffer.from([2]));
  expect(seen).toEqual([Buffer.from([0, 0, 0, 2, 1, 2])]);
});
