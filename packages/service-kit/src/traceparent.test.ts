import { describe, expect, test } from 'vitest';
import { cloudEventHeaders } from './cloudEvents.ts';
import { childTraceparent, isTraceparent, newTraceparent } from './traceparent.ts';

const valid = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('traceparent', () => {
  test.each([valid, valid.replace(/01$/, '00'), `01${valid.slice(2)}-what-comes-later`, `cc${valid.slice(2)}`])(
    '%s is valid',
    (text) => {
      expect(isTraceparent(text)).toBe(true);
    },
  );

  test.each([
    '',
    'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    '00-00000000000000000000000000000000-b7ad6b7169203331-01',
    '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01',
    '00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01',
    '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1',
    `${valid}-more`,
    `${valid}\n`,
    ` ${valid}`,
    `01${valid.slice(2)}-${'x'.repeat(300)}`,
  ])('%j is not', (text) => {
    expect(isTraceparent(text)).toBe(false);
    expect(childTraceparent(text)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  test('a new one is valid, sampled and different each time', () => {
    const made = Array.from({ length: 1_000 }, newTraceparent);
    expect(made.every(isTraceparent)).toBe(true);
    expect(made.every((text) => text.endsWith('-01'))).toBe(true);
    expect(new Set(made.flatMap((text) => [text.slice(3, 19), text.slice(19, 35), text.slice(36, 52)])).size).toBe(
      3_000,
    );
  });

  test('a child is another span of the same trace with the same sampling', () => {
    for (const flags of ['00', '01', '03', 'fe']) {
      const parent = valid.replace(/01$/, flags);
      const [version, traceId, spanId, childFlags] = childTraceparent(parent).split('-');
      expect(version).toBe('00');
      expect(traceId).toBe('0af7651916cd43dd8448eb211c80319c');
      expect(spanId).toMatch(/^[0-9a-f]{16}$/);
      expect(spanId).not.toBe('b7ad6b7169203331');
      expect(childFlags).toBe(Number.parseInt(flags, 16) & 1 ? '01' : '00');
    }
    expect(isTraceparent(childTraceparent())).toBe(true);
  });
});

test('CloudEvents attributes become ce_ headers', () => {
  const time = new Date('2026-11-21T10:00:00.000Z');
  expect(cloudEventHeaders({ id: 'e-1', type: 'OrderConfirmed', source: '/ingest-ct', time })).toEqual({
    ce_specversion: '1.0',
    ce_id: 'e-1',
    ce_type: 'OrderConfirmed',
    ce_source: '/ingest-ct',
    ce_time: '2026-11-21T10:00:00.000Z',
  });
});
