import { scanJson } from './jsonBytes.ts';

/**
 * Do the bytes open more than so many JSON arrays and objects inside one another? Looked at before parsing, which takes
 * a second for 2 MiB of brackets. What is no JSON gets some answer.
 */
export function nestsDeeperThan(bytes: Uint8Array, limit: number): boolean {
  let deeper = false;
  scanJson(bytes, { from: 0, to: bytes.length, seen: (_byte, depth) => (deeper = depth > limit) });
  return deeper;
}
