import { createHash } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { relativeImports } from './relativeImports.ts';

/**
 * Of a module and of every file that it imports by relative paths, directly or through others of them. It tells their
 * contents and nothing of where they lie: the same files have the same fingerprint on every machine. Packages, and files
 * that the code opens by itself, do not count.
 * @throws Error with a `code` of the file system when one of them cannot be read.
 */
export function fingerprintOf(file: string): string {
  const hash = createHash('sha256');
  // A set is walked on while it grows: each file once, in the order in which it is first imported.
  const files = new Set([realpathSync(file)]);
  for (const each of files) {
    const source = readFileSync(each);
    hash.update(`${source.length}\n`).update(source);
    for (const imported of relativeImports(source.toString(), each)) files.add(imported);
  }
  return hash.digest('hex');
}
