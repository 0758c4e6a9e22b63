import { describe, expect, it } from 'vitest';
import { bytes, duration, page, table } from './markdown.ts';

describe('table', () => {
  it('keeps a cell with a bar or a line break in its cell', () => {
    expect(table(['A', 'B'], [['on|off', 'two\n  lines']])).toBe('| A | B |\n| --- | --- |\n| on\\|off | two lines |');
  });

  it('leaves a bar that is escaped already', () => {
    expect(table(['A'], [['on\\|off']])).toContain('| on\\|off |');
  });
});

describe('page', () => {
  it('has one blank line between blocks and one newline at the end', () => {
    expect(page('# Title\n', '\ntext\n\n', 'end')).toBe('# Title\n\ntext\n\nend\n');
  });
});

describe('duration', () => {
  it.each([
    [-1, 'for ever'],
    [14 * 86_400_000, '14 d'],
    [36 * 3_600_000, '36 h'],
    [90_000, '90 s'],
    [1_500, '1500 ms'],
    [0, '0 ms'],
  ])('shows %i ms as %s', (ms, shown) => {
    expect(duration(ms)).toBe(shown);
  });
});

describe('bytes', () => {
  it.each([
    [2 * 1_048_576, '2 MiB'],
    [2 * 1_048_576 + 65_536, '2112 KiB'],
    [1_000, '1000 B'],
  ])('shows %i as %s', (count, shown) => {
    expect(bytes(count)).toBe(shown);
  });
});
