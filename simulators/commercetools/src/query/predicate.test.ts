import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ApiError } from '../errors.ts';
import { holds } from './evaluate.ts';
import { earliestOf, valuesOf } from './fields.ts';
import { parsePredicate } from './predicate.ts';

const document = {
  id: 'o-1',
  n: 3,
  flag: true,
  at: '2026-01-01T00:00:00.000Z',
  items: [
    { sku: 'a', price: { cents: 5 } },
    { sku: 'b', price: { cents: 7 } },
  ],
  tags: ['x', 'y'],
  none: [],
};

test.for([
  ['id = "o-1"', true],
  ['id <> "o-1"', false],
  ['id != "o-1"', false],
  ['n >= 3 and n < 4', true],
  ['n > 3 or flag = true', true],
  ['not (n = 3)', false],
  ['n not in (1, 2)', true],
  ['n in (1, 3)', true],
  ['at = "2026-01-01T01:00:00.000+01:00"', true],
  ['at > "2025-12-31T23:59:59Z"', true],
  ['items(sku = "b" and price(cents = 7))', true],
  ['items(sku = "a" and price(cents = 7))', false],
  ['tags contains any ("y", "z")', true],
  ['tags contains all ("y", "z")', false],
  ['none is empty and tags is not empty', true],
  ['missing is defined', false],
  ['missing is not defined', true],
  ['missing = "a"', false],
  ['id = "o\\u002d1"', true],
  ['n = "3"', false],
  ['id = "a" or id = "b" and id = "o-1" or n = 3', true],
  ['(id = "a" or n = 3) and flag = false', false],
  ['id in :ids', true],
  ['id = :id', true],
] as const)('%s is %s', ([predicate, expected]) => {
  const variables = { ids: ['o-1', 'o-2'], id: ['o-1'] };
  expect(holds(parsePredicate(predicate, variables), document)).toBe(expected);
});

test('whatever is no predicate is refused, and nothing else is thrown', () => {
  const pieces = fc.constantFrom(
    'id',
    '=',
    '"a"',
    '(',
    ')',
    'and',
    'or',
    'not',
    'in',
    'is',
    'defined',
    ',',
    '3',
    ':v',
    '<',
    '%',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      try {
        holds(parsePredicate(parts.join(' ')), document);
      } catch (error) {
        expect(error).toBeInstanceOf(ApiError);
      }
    }),
  );
});

const time = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const id = fc.constantFrom('a', 'b', 'c');
const second = fc.integer({ min: 0, max: 5 });
const { predicate } = fc.letrec<{ predicate: string }>((tie) => ({
  predicate: fc.oneof(
    { maxDepth: 3 },
    id.map((value) => `id = "${value}"`),
    fc.array(id, { minLength: 1, maxLength: 3 }).map((values) => `id in (${values.map((value) => `"${value}"`)})`),
    fc
      .tuple(fc.constantFrom('=', '>', '>=', '<', '<=', '<>'), second)
      .map(([by, at]) => `createdAt ${by} "${time(at)}"`),
    tie('predicate').map((part) => `not (${part})`),
    fc
      .tuple(tie('predicate'), fc.constantFrom('and', 'or'), tie('predicate'))
      .map(([left, by, right]) => `(${left}) ${by} (${right})`),
  ),
}));

test('what an index leaves out never fulfills the predicate', () => {
  fc.assert(
    fc.property(predicate, id, second, (text, documentId, at) => {
      const parsed = parsePredicate(text);
      const matches = holds(parsed, { id: documentId, createdAt: time(at) });
      const ids = valuesOf(parsed, 'id');
      const earliest = earliestOf(parsed, 'createdAt');
      if (ids && !ids.includes(documentId)) expect(matches).toBe(false);
      if (earliest !== undefined && time(at) < earliest) expect(matches).toBe(false);
    }),
    { numRuns: 5_000 },
  );
});

test.for([
  [`createdAt > "${time(1)}"`, time(1)],
  [`createdAt > "${time(1)}" and createdAt >= "${time(2)}"`, time(2)],
  [`createdAt > "${time(3)}" or createdAt = "${time(2)}" and id > "a"`, time(2)],
  [`createdAt > "${time(3)}" or id = "a"`, undefined],
  [`createdAt < "${time(3)}"`, undefined],
  [`not (createdAt > "${time(3)}")`, undefined],
] as const)('the earliest time of %s is %s', ([text, expected]) => {
  expect(earliestOf(parsePredicate(text), 'createdAt')).toBe(expected);
});
