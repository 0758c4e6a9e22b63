import { expect, test } from 'vitest';
import { toRecovery } from './ingestOverload.ts';

const normal = { perSecond: 100, p99Ms: 50 };
const good = { acked: 100, p99Ms: 20 };
const slow = { acked: 100, p99Ms: 51 };
const few = { acked: 90, p99Ms: 20 };

test('recovery ends where three normal seconds begin', () => {
  expect(toRecovery([good, good, good], normal)).toBe(0);
  expect(toRecovery([slow, few, good, good, good], normal)).toBe(2);
  expect(toRecovery([good, good, slow, good, good, good], normal)).toBe(3);
});

test('what is never normal for three seconds has not recovered', () => {
  expect(toRecovery([good, good, slow, good, good], normal)).toBeNull();
  expect(toRecovery([{ acked: 100, p99Ms: Number.NaN }, good, good], normal)).toBeNull();
  expect(toRecovery([], normal)).toBeNull();
});
