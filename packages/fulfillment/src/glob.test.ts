import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesGlob } from './glob.ts';

describe('a pattern', () => {
  it.each([
    ['TEST-1', 'TEST-*'],
    ['TEST-', 'TEST-*'],
    ['1-TEST', '*-TEST'],
    ['a-TEST-b', '*-TEST-*'],
    ['abcabc', 'a*bc'],
    ['aba', 'a*b*a'],
    ['a.b', 'a.b'],
    ['', '*'],
    ['anything', '**'],
  ])('matches %j by %j', (text, glob) => {
    expect(matchesGlob(text, glob)).toBe(true);
  });

  it.each([
    ['xTEST-1', 'TEST-*'],
    ['test-1', 'TEST-*'],
    ['axb', 'a.b'],
    ['aba', 'aba*a'],
    ['ab', 'ab*b'],
    ['abc', 'a*d*c'],
    ['', 'a*'],
  ])('does not match %j by %j', (text, glob) => {
    expect(matchesGlob(text, glob)).toBe(false);
  });

  it('means the same as a regular expression with .* for each *', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 });
    const globs = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 6 });
    fc.assert(
      fc.property(texts, globs, (text, glob) => {
        const expression = new RegExp(`^${glob.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
        expect(matchesGlob(text, glob)).toBe(expression.test(text));
      }),
      { numRuns: 5_000 },
    );
  });

  it('that would keep a regular expression busy for ever ends at once', () => {
    expect(matchesGlob('a'.repeat(20_000), `${'*a'.repeat(5_000)}*b`)).toBe(false);
  });
});
