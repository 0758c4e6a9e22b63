import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fingerprintOf } from './fingerprint.ts';
import { relativeImports } from './relativeImports.ts';

type Files = Readonly<Record<string, string>>;

function folderOf(files: Files): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'fingerprint-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  write(folder, files);
  return folder;
}

function write(folder: string, files: Files): void {
  for (const [name, source] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), source);
  }
}

/** Fingerprints of `main.ts` before and after the change, in one folder. */
function changed(files: Files, change: Files): boolean {
  const folder = folderOf(files);
  const before = fingerprintOf(path.join(folder, 'main.ts'));
  write(folder, change);
  return fingerprintOf(path.join(folder, 'main.ts')) !== before;
}

const IMPORTS = [
  `import { a } from './lib/a.ts';`,
  `import './lib/a.ts'`,
  `import a, { type B } from "./lib/a.ts"`,
  `import{a}from"./lib/a.ts"`,
  `import {\n  a, // the first\n  b,\n} from\n  './lib/a.ts'`,
  `export * from './lib/a.ts'`,
  `export { a } from './lib/../lib/a.ts'`,
  `const { a } = await import(/* late */ './lib/a.ts')`,
  'const { a } = await import(`./lib/a.ts`)',
  `const a = require('./lib/a.ts')`,
  `export type Both = 1 | 2\nimport { a } from './lib/a.ts'`,
  `import type from './lib/a.ts'`,
  `const all = '**/*.x'; import { a } from './lib/a.ts'; /* end */`,
  `import { a } from './lib/a.ts?again';`,
];

test.each(IMPORTS)('a file that is imported by %j is part of it', (source) => {
  const files = { 'main.ts': source, 'lib/a.ts': 'export const a = 1;' };
  expect(changed(files, { 'lib/a.ts': 'export const a = 2;' })).toBe(true);
  expect(changed(files, { 'lib/other.ts': 'export const a = 2;' })).toBe(false);
});

test('so is what those import, also as data, and circles come to an end', () => {
  const files = {
    'main.ts': `import './a.ts'`,
    'a.ts': `import './main.ts'; import table from './deep/table.json' with { type: 'json' };`,
    'deep/table.json': '{"a":1}',
  };
  expect(changed(files, { 'deep/table.json': '{"a":2}' })).toBe(true);
});

test.each([
  `import type { A } from './a.ts';`,
  `import type A from './a.ts'`,
  `import type * as all from "./a.ts"`,
  `export type { A } from './a.ts'`,
])('what is only a type is not: %s', (source) => {
  expect(changed({ 'main.ts': source, 'a.ts': '1' }, { 'a.ts': '2' })).toBe(false);
});

test('packages, and files that are not there, are not part of it', () => {
  const source = `import x from 'a-package'; // as in import y from './gone.ts'`;
  const folder = folderOf({ 'main.ts': source });
  expect(relativeImports(source, path.join(folder, 'main.ts'))).toEqual([]);
  expect(fingerprintOf(path.join(folder, 'main.ts'))).toMatch(/^[0-9a-f]{64}$/);
});

test('the same files have the same fingerprint wherever they lie, also behind links', () => {
  const files = { 'main.ts': `import './lib/a.ts'; import './b.ts';`, 'lib/a.ts': `import '../b.ts'`, 'b.ts': '1' };
  const [here, there] = [folderOf(files), folderOf(files)];
  const mounted = folderOf({ 'other.txt': '' });
  symlinkSync(path.join(here, 'main.ts'), path.join(mounted, 'main.ts'));
  const [first, ...others] = [here, there, mounted].map((folder) => fingerprintOf(path.join(folder, 'main.ts')));
  expect(others).toEqual([first, first]);
});

test('files that change places, or a line that moves from one into the other, make another', () => {
  const files = { 'main.ts': `import './a.ts'; import './b.ts';`, 'a.ts': '1', 'b.ts': '2' };
  expect(changed(files, { 'a.ts': '2', 'b.ts': '1' })).toBe(true);
  expect(changed({ ...files, 'a.ts': '1', 'b.ts': '23' }, { 'a.ts': '12', 'b.ts': '3' })).toBe(true);
});

test('a module that is not there is an error with its code', () => {
  expect(() => fingerprintOf(path.join(folderOf({}), 'main.ts'))).toThrow(expect.objectContaining({ code: 'ENOENT' }));
});
