import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Sample payloads beside the repository; not everybody has them. */
const folder = new URL('../../../../../shared/fixtures/commercetools/', import.meta.url);

export const fixturesPresent = existsSync(fileURLToPath(folder));

export function readFixture(name: string): Uint8Array {
  return readFileSync(new URL(name, folder));
}

export function parseFixture<Value>(name: string): Value {
  return JSON.parse(Buffer.from(readFixture(name)).toString()) as Value;
}
