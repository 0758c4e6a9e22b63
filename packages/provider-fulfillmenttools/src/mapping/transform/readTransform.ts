import path from 'node:path';
import { fingerprintOf } from './fingerprint.ts';
import type { TransformModule } from './transform.ts';

/**
 * The module that a pipeline.yaml in this directory names.
 * @throws Error with a `code` of the file system when it, or a file that it imports, cannot be read.
 */
export function readTransform(name: string, directory: string): TransformModule {
  const file = path.resolve(directory, name);
  return { name, path: file, fingerprint: fingerprintOf(file) };
}
