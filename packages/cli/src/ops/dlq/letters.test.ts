import { expect, test } from 'vitest';
import { aLetterRecord, aMarkRecord } from '../testing/letters.ts';
import { matches, positionOf, toLetters } from './letters.ts';
import { fromMark, toMarkHeaders } from './mark.ts';

test('a letter knows the marks behind it, and only its own', () => {
  const { letters, strangers } = toLetters('order-router', [
    aLetterRecord({ partition: 3, offset: 17n }),
    aLetterRecord({ partition: 4, offset: 17n }),
    aMarkRecord({ offset: 17n, redriveId: 'first' }, 3),
    aMarkRecord({ offset: 17n, redriveId: 'second' }, 3),
    aMarkRecord({ offset: 18n }, 3),
  ]);
  expect(letters.map(({ redrives }) => redrives.map(({ redriveId }) => redriveId))).toEqual([['first', 'second'], []]);
  expect(strangers).toBe(0);
});

test('what is neither letter nor mark is counted and left alone', () => {
  const stranger = { ...aLetterRecord(), headers: { 'dlq.error-code': 'x' } };
  const tombstone = { ...stranger, value: null };
  expect(toLetters('order-router', [stranger, tombstone])).toEqual({ letters: [], strangers: 2 });
});

test('a letter that carries the headers of a mark is still a letter', () => {
  const letter = aLetterRecord();
  const forged = {
    ...letter,
    headers: { ...letter.headers, ...toMarkHeaders({ offset: 1n, redriveId: 'x', at: '', to: '' }) },
  };
  expect(fromMark(forged)).toBeUndefined();
  expect(toLetters('order-router', [forged]).letters).toHaveLength(1);
});

test('filters hold together', () => {
  const [letter] = toLetters('order-router', [aLetterRecord({ code: 'defect', key: 'o1', at: 1_000 })]).letters;
  if (!letter) throw new Error('no letter');
  expect(positionOf(letter)).toBe('3:17');
  expect(matches(letter, {})).toBe(true);
  expect(matches(letter, { code: 'defect', key: 'o1', since: 1_000, position: '3:17' })).toBe(true);
  for (const filter of [{ code: 'other' }, { key: 'o2' }, { since: 1_001 }, { position: '3:18' }])
    expect(matches(letter, { code: 'defect', ...filter })).toBe(false);
});
