import { expect, test } from 'vitest';
import { aLetter } from '../testing/letters.ts';
import { describeGroups } from './describe.ts';
import { groupLetters } from './groups.ts';

const letters = [
  aLetter({ code: 'order-refused', offset: 1n, at: 2_000 }),
  aLetter({ code: 'order-refused', offset: 2n, at: 1_000 }),
  aLetter({ code: 'order-refused', offset: 3n, at: 3_000, marks: [{}] }),
  aLetter({ code: 'order-refused', stage: 'map', offset: 4n, at: 500 }),
  aLetter({ code: 'malformed-notification', service: 'ingest-ct', stage: 'deserialize', key: null, at: 9_000 }),
];

test('letters are grouped by service, code and stage, the latest trouble first', () => {
  expect(
    groupLetters(letters).map(({ service, code, stage, count, redriven, first, last }) => [
      ...[service, code, stage, count, redriven, first, last],
    ]),
  ).toEqual([
    ['ingest-ct', 'malformed-notification', 'deserialize', 1, 0, 9_000, 9_000],
    ['order-router', 'order-refused', 'call', 3, 1, 1_000, 3_000],
    ['order-router', 'order-refused', 'map', 1, 0, 500, 500],
  ]);
});

test('the example is the latest that nobody has sent back', () => {
  expect(groupLetters(letters)[1]?.example.offset).toBe(1n);
  expect(groupLetters([aLetter({ offset: 3n, marks: [{}] })])[0]?.example.offset).toBe(3n);
});

test('the text names position, key, reason and next step, and offers no redrive where it is pointless', () => {
  const text = describeGroups(groupLetters(letters)).join('\n');
  expect(text).toContain('order-router  order-refused (call): 3 letters, 1 of them sent back');
  expect(text).toContain('npm run ops -- dlq show order-router 3:1');
  expect(text).toContain('Refused: stock.');
  expect(text).toContain('Then: npm run ops -- dlq redrive --service order-router --code order-refused --dry-run');
  expect(text).toContain('key (none)');
  expect(text).not.toContain('--code malformed-notification');
});

test('says that there are none', () => {
  expect(describeGroups([])).toEqual(['No dead letters.']);
});
