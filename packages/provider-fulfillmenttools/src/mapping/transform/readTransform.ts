import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fingerprintOf } from './fingerprint.ts';
import type { TransformModule } from './transform.ts';

/**
 * The module that a pipeline.yaml in this directory names.
 * @throws Error with a `code` of the file system when it cannot be read.
 */
export function readTransform(name: string, directory: string): TransformModule {
  const file = path.resolve(directory, name);
  return { name, path: file, fingerprint: fingerprintOf(readFileSync(file)) };
}
