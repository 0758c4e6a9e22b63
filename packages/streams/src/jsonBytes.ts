const [quote, backslash] = [0x22, 0x5c];
/** "[" and "{" differ in one bit, and so do "]" and "}". */
const sameForBoth = 0xdf;
const [opening, closing] = [0x5b, 0x5d];

/** An order has about ten levels, and no vendor's message comes near it. What walks one recursively is safe below. */
export const deepestJson = 64;

/**
 * Do the bytes open more than so many JSON arrays and objects inside one another? Looked at before parsing, which takes
 * a second for 2 MiB of brackets. What is no JSON gets some answer.
 */
export function nestsDeeperThan(bytes: Uint8Array, limit: number): boolean {
  let deeper = false;
  scanJson(bytes, { from: 0, to: bytes.length, seen: (_byte, depth) => (deeper = depth > limit) });
  return deeper;
}

export interface JsonScan {
  readonly from: number;
  /** Not looked at any more. */
  readonly to: number;
  /** Told of every byte outside of texts with the depth behind it; true ends the scan. */
  readonly seen: (byte: number, depth: number, index: number) => boolean;
}

/** Walks over bytes that may be JSON, without parsing them. */
export function scanJson(bytes: Uint8Array, { from, to, seen }: JsonScan): void {
  let depth = 0;
  for (let index = from; index < to; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte === quote) index = endOfText(bytes, index + 1);
    else {
      if ((byte & sameForBoth) === opening) depth += 1;
      else if ((byte & sameForBoth) === closing) depth -= 1;
      if (seen(byte, depth, index)) return;
    }
  }
}

/** Where the quote is that ends it, or beyond the bytes. */
function endOfText(bytes: Uint8Array, start: number): number {
  let index = start;
  while (index < bytes.length && bytes[index] !== quote) index += bytes[index] === backslash ? 2 : 1;
  return index;
}
