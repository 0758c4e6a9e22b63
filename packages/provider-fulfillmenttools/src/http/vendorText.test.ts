import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toRetryAfterMs } from './retryAfter.ts';
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

test('Retry-After is between nothing and five minutes, or not there', () => {
  const now = Date.UTC(2026, 0, 1);
  expect(toRetryAfterMs('0', undefined, now)).toBe(0);
  expect(toRetryAfterMs(new Date(now + 5_000).toUTCString(), undefined, now)).toBe(5_000);
  expect(toRetryAfterMs(new Date(now - 5_000).toUTCString(), undefined, now)).toBe(0);
  expect(toRetryAfterMs('soon', undefined, now)).toBeUndefined();
  expect(toRetryAfterMs('-1', undefined, now)).toBeUndefined();
  expect(toRetryAfterMs(undefined, undefined, now)).toBeUndefined();
  fc.assert(
    fc.property(fc.string(), fc.option(fc.string(), { nil: undefined }), (header, date) => {
      const wait = toRetryAfterMs(header, date, now) ?? 0;
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThanOrEqual(300_000);
    }),
  );
});
