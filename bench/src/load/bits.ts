/** A growing set of small whole numbers. */
export interface Bits {
  add(number: number): void;
  has(number: number): boolean;
  readonly bytes: Buffer;
}

export function createBits(initial: Buffer = Buffer.alloc(1_024)): Bits {
  let bytes = initial;
  return {
    add(number) {
      const at = number >> 3;
      if (at >= bytes.length) {
        const larger = Buffer.alloc(Math.max(at + 1, bytes.length * 2));
        bytes.copy(larger);
        bytes = larger;
      }
      bytes[at] = (bytes[at] ?? 0) | (1 << (number & 7));
    },
    has: (number) => ((bytes[number >> 3] ?? 0) & (1 << (number & 7))) !== 0,
    get bytes() {
      return bytes;
    },
  };
}

/** How many are in `wanted` and not in `found`, and how many in `wanted`. */
export function countMissing(wanted: Bits, found: Bits): { readonly missing: number; readonly all: number } {
  let missing = 0;
  let all = 0;
  for (let at = 0; at < wanted.bytes.length; at += 1) {
    const byte = wanted.bytes[at] ?? 0;
    all += ones(byte);
    missing += ones(byte & ~(found.bytes[at] ?? 0));
  }
  return { missing, all };
}

function ones(byte: number): number {
  let count = 0;
  for (let rest = byte; rest > 0; rest >>= 1) count += rest & 1;
  return count;
}
