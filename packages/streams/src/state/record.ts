/**
 * How an entry lies in a slab and in a checkpoint: flags (1 byte), then the lengths of key, headers and value
 * (4 bytes each), then these: the key as `writeKey` leaves it, the headers as JSON or nothing.
 */
const LENGTHS = 12;
const PREFIX = 1 + LENGTHS;

/** It was replaced or deleted. */
const DEAD = 1;
/** Its value was written by this process. */
const OWN = 2;

export interface RecordParts {
  readonly key: Uint8Array;
  readonly headers: Uint8Array;
  readonly value: Uint8Array;
  readonly own: boolean;
}

export const sizeOf = ({ key, headers, value }: RecordParts): number =>
  PREFIX + key.length + headers.length + value.length;

export function writeRecord(bytes: Buffer, at: number, { key, headers, value, own }: RecordParts): void {
  bytes[at] = own ? OWN : 0;
  bytes.writeUInt32LE(key.length, at + 1);
  bytes.writeUInt32LE(headers.length, at + 5);
  bytes.writeUInt32LE(value.length, at + 9);
  bytes.set(key, at + PREFIX);
  bytes.set(headers, at + PREFIX + key.length);
  bytes.set(value, at + PREFIX + key.length + headers.length);
}

const keyLength = (bytes: Buffer, at: number): number => bytes.readUInt32LE(at + 1);
const headersLength = (bytes: Buffer, at: number): number => bytes.readUInt32LE(at + 5);
const valueLength = (bytes: Buffer, at: number): number => bytes.readUInt32LE(at + 9);

export const recordSize = (bytes: Buffer, at: number): number =>
  PREFIX + keyLength(bytes, at) + headersLength(bytes, at) + valueLength(bytes, at);

export const isDead = (bytes: Buffer, at: number): boolean => ((bytes[at] ?? 0) & DEAD) !== 0;
export const isOwnRecord = (bytes: Buffer, at: number): boolean => ((bytes[at] ?? 0) & OWN) !== 0;

export function markDead(bytes: Buffer, at: number): void {
  bytes[at] = (bytes[at] ?? 0) | DEAD;
}

/** As another process will find it: alive, and not written by that one. */
export function clearFlags(bytes: Buffer, at: number): void {
  bytes[at] = 0;
}

export const keyStart = (at: number): number => at + PREFIX;
export const keyEnd = (bytes: Buffer, at: number): number => at + PREFIX + keyLength(bytes, at);

/** These are views on the bytes, not copies. */
export const keyOf = (bytes: Buffer, at: number): Buffer => bytes.subarray(keyStart(at), keyEnd(bytes, at));

export function headersOf(bytes: Buffer, at: number): Buffer {
  const from = at + PREFIX + keyLength(bytes, at);
  return bytes.subarray(from, from + headersLength(bytes, at));
}

export function valueOf(bytes: Buffer, at: number): Buffer {
  const from = at + PREFIX + keyLength(bytes, at) + headersLength(bytes, at);
  return bytes.subarray(from, from + valueLength(bytes, at));
}

/** Is its key the first `length` bytes of `key`? */
export const hasKey = (bytes: Buffer, at: number, key: Buffer, length: number): boolean =>
  keyLength(bytes, at) === length && bytes.compare(key, 0, length, at + PREFIX, at + PREFIX + length) === 0;

/** Where the records of these bytes begin. @throws RangeError when they do not end where the bytes end. */
export function* recordsIn(bytes: Buffer, length = bytes.length): Generator<number> {
  let at = 0;
  while (at < length) {
    const end = at + PREFIX <= length ? at + recordSize(bytes, at) : Number.POSITIVE_INFINITY;
    if (end > length) throw new RangeError(`The record at ${at} goes beyond the ${length} bytes that there are.`);
    yield at;
    at = end;
  }
}
