import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHeldRecord, heldKey, toHeldRecord } from './heldMessage.ts';
import type { RawMessage } from './message.ts';

const message: RawMessage = {
  topic: 'shop.notifications',
  partition: 3,
  offset: 41n,
  key: 'process-1',
  value: Buffer.from('{"a":1}'),
  headers: { traceparent: '00-a-b-01', origin: 'live' },
  timestamp: 1_000,
};

test('a held message comes back as it was, with the moment since which it has been held', () => {
  const raws = fc.record({
    topic: fc.string({ minLength: 1 }),
    partition: fc.nat(),
    offset: fc.bigInt({ min: 0n, max: 2n ** 62n }),
    key: fc.option(fc.string()),
    value: fc.option(fc.uint8Array().map((bytes) => Buffer.from(bytes))),
    headers: fc.dictionary(
      fc.string().filter((name) => !name.startsWith('held.') && name !== '__proto__'),
      fc.string(),
    ),
    timestamp: fc.nat(),
  });
  fc.assert(
    fc.property(raws, fc.nat(), (raw, since) => {
      expect(fromHeldRecord(toHeldRecord({ raw, since }))).toEqual({ raw, since });
    }),
  );
});

test('its record has the bytes unchanged, so that a person can read them', () => {
  const { value, headers } = toHeldRecord({ raw: message, since: 5 });
  expect(value).toBe(message.value);
  expect(headers).toMatchObject({ origin: 'live', 'held.original-topic': 'shop.notifications', 'held.since': '5' });
});

test('each message has a record of its own, and the same one when it is held again', () => {
  const next = { ...message, offset: 42n };
  const anew = { ...message, timestamp: 2_000 };
  expect(heldKey({ ...message })).toBe(heldKey(message));
  expect(new Set([message, next, anew].map(heldKey)).size).toBe(3);
});

test.each([
  ['no headers', {}],
  ['an offset that is none', { ...toHeldRecord({ raw: message, since: 1 }).headers, 'held.original-offset': '-1' }],
])('a record with %s is not taken for one', (_, headers) => {
  expect(() => fromHeldRecord({ key: 'k', value: null, headers })).toThrow('something else wrote it');
});
