import fc from 'fast-check';
import { expect, test } from 'vitest';
import { omitMissing, toLine } from './text.ts';

const SPACES = [' ', '\t', '\n', '\r\n', '\u00a0', '\u2028', '\u2029', '\u3000', '\ufeff'];

test('a text comes out on one line, trimmed, whatever white space it has', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...SPACES, 'a', 'ß'), fc.string())), (parts) => {
      const text = parts.join('');
      expect(toLine(text)).toBe(text.replace(/\s+/gu, ' ').trim() || undefined);
    }),
  );
});

test.each([null, undefined, '', ' ', '\n\t'])('%j is no text', (text) => {
  expect(toLine(text)).toBeUndefined();
});

test('only what is undefined is left out', () => {
  expect(omitMissing({ a: undefined, b: null, c: '', d: 0, e: false, f: [] })).toEqual({
    b: null,
    c: '',
    d: 0,
    e: false,
    f: [],
  });
  expect(Object.keys(omitMissing({ a: undefined }))).toEqual([]);
});
