const quote = 0x22;
const backslash = 0x5c;
/** "[" and "{" differ in one bit, and so do "]" and "}". */
const sameForBoth = 0xdf;
const opening = 0x5b;
const closing = 0x5d;

/** No vendor's notification comes near it. */
export const deepestJson = 64;

/**
 * Do the bytes open more than so many JSON arrays and objects inside one another? Looked at before parsing, which takes
 * a second for 2 MiB of brackets. What is no JSON gets some answer.
 */
export function nestsDeeperThan(bytes: Uint8Array, limit: number): boolean {
  let depth = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte === quote) index = endOfText(bytes, index + 1);
    else if ((byte & sameForBoth) === opening) {
      depth += 1;
      if (depth > limit) return true;
    } else if ((byte & sameForBoth) === closing) depth -= 1;
  }
  return false;
}

/** Where the quote is that ends it, or beyond the bytes. */
function endOfText(bytes: Uint8Array, start: number): number {
  let index = start;
  while (index < bytes.length && bytes[index] !== quote) index += bytes[index] === backslash ? 2 : 1;
  return index;
}
