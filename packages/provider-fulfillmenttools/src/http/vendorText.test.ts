import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toVendorText } from './vendorText.ts';

test('the words of an ApiError stand on one line, entry by entry', () => {
  const body = [{ summary: 'One\nline', description: 'more' }, { summary: 'Two' }, {}, 'x', null];
  expect(toVendorText(body)).toBe('One line: more; Two');
});

test('an error in the shape of Google is read too', () => {
  expect(toVendorText({ error: { code: 403, message: 'Denied' } })).toBe('Denied');
});

test('an e-mail address in the words is blotted out', () => {
  expect(toVendorText([{ summary: "value 'ada.byron@example.com' is not valid" }])).toBe(
    "value '<e-mail>' is not valid",
  );
});

test('the words never take more than 1 KiB, whatever is sent', () => {
  expect(Buffer.byteLength(toVendorText([{ summary: 'ü'.repeat(5_000) }]))).toBeLessThanOrEqual(1_024);
  fc.assert(
    fc.property(fc.anything(), fc.string({ unit: 'binary', maxLength: 2_000 }), (body, summary) => {
      expect(Buffer.byteLength(toVendorText(body))).toBeLessThanOrEqual(1_024);
      expect(Buffer.byteLength(toVendorText([{ summary }]))).toBeLessThanOrEqual(1_024);
    }),
    { numRuns: 50 },
  );
});
