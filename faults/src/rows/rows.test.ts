import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { rows } from './index.ts';
import { pending, required } from './matrix.ts';

it('every row of the matrix that is required is defined or known to be missing, and none twice', () => {
  const defined = rows.map(({ row }) => row);
  expect(required.filter((row) => !defined.includes(row))).toEqual(pending);
  expect(defined.filter((row, index) => defined.indexOf(row) !== index)).toEqual([]);
});

it('every row says the least that must have been done', () => {
  for (const row of rows)
    if (row.level === 'process') expect(Object.keys(row.atLeast).length, `row ${row.row}`).toBeGreaterThan(1);
});

it('every test that a row names is there', () => {
  for (const row of rows) {
    if (row.level === 'process') continue;
    for (const { file, name } of row.tests) {
      expect(file.endsWith('.int.test.ts') ? 'int' : 'unit').toBe(row.level);
      const source = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
      expect(source.includes(name), `row ${row.row}: "${name}" in ${file}`).toBe(true);
    }
  }
});
