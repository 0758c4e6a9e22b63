export interface EncodableRecord {
  readonly offsetDelta?: number;
  /** Milliseconds. */
  readonly timestampDelta?: number;
  readonly key?: Content;
  readonly value?: Content;
  readonly headers?: Readonly<{ [name: string]: Content | readonly Content[] }>;
}

type Content = Buffer | string | null | undefined;

/** A record of which is known how many bytes it takes. */
export interface MeasuredRecord {
  readonly offsetDelta: number;
  readonly timestampDelta: number;
  readonly key: Content;
  readonly value: Content;
  readonly headers: readonly (readonly [name: string, content: Content])[];
  /** Without the length that goes before it. */
  readonly size: number;
  readonly sizeWithLength: number;
}

/**
 * A record of a batch is encoded as kafkajs does it, in two steps: how long it is, then its bytes to where they belong.
 * There each header and each record begins with a zeroed buffer of 512 bytes and is copied from it, 58 us for a record
 * with ten headers.
 * @see https://kafka.apache.org/documentation/#record
 */
export function measureRecord(record: EncodableRecord): MeasuredRecord {
  const { offsetDelta = 0, timestampDelta = 0, key, value, headers: given = {} } = record;
  const headers: [name: string, content: Content][] = [];
  for (const name of Object.keys(given)) {
    const content = given[name];
    if (isList(content)) for (const one of content) headers.push([name, one]);
    else headers.push([name, content]);
  }
  let size = 1 + sizeOfLong(timestampDelta) + sizeOfInt(offsetDelta) + sizeOfContent(key) + sizeOfContent(value);
  size += sizeOfInt(headers.length);
  for (const [name, content] of headers) size += sizeOfContent(name) + sizeOfContent(content);
  return { offsetDelta, timestampDelta, key, value, headers, size, sizeWithLength: sizeOfInt(size) + size };
}

/** Says where it ends. */
export function writeRecord(into: Buffer, start: number, record: MeasuredRecord): number {
  const { offsetDelta, timestampDelta, key, value, headers, size } = record;
  let at = writeInt(into, start, size);
  into[at++] = 0;
  at = writeLong(into, at, timestampDelta);
  at = writeInt(into, at, offsetDelta);
  at = writeContent(into, at, key);
  at = writeContent(into, at, value);
  at = writeInt(into, at, headers.length);
  for (const [name, content] of headers) at = writeContent(into, writeContent(into, at, name), content);
  return at;
}

const isList = (content: Content | readonly Content[]): content is readonly Content[] => Array.isArray(content);

const lengthOf = (content: Buffer | string): number =>
  typeof content === 'string' ? Buffer.byteLength(content) : content.length;

function sizeOfContent(content: Content): number {
  if (content === null || content === undefined) return 1;
  const length = lengthOf(content);
  return sizeOfInt(length) + length;
}

function writeContent(into: Buffer, at: number, content: Content): number {
  if (content === null || content === undefined) return writeInt(into, at, -1);
  const start = writeInt(into, at, lengthOf(content));
  return start + (typeof content === 'string' ? into.write(content, start) : content.copy(into, start));
}

/** Signed 32 bits as Kafka's varint: small numbers of either sign are short. */
const zigZag = (value: number): number => ((value << 1) ^ (value >> 31)) >>> 0;

function sizeOfInt(value: number): number {
  let size = 1;
  for (let rest = zigZag(value) >>> 7; rest > 0; rest >>>= 7) size++;
  return size;
}

function writeInt(into: Buffer, start: number, value: number): number {
  let at = start;
  let rest = zigZag(value);
  for (; rest > 0x7f; rest >>>= 7) into[at++] = (rest & 0x7f) | 0x80;
  into[at++] = rest;
  return at;
}

const fitsInt = (value: number): boolean => value === value << 0;
const zigZagLong = (value: number): bigint => BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));

function sizeOfLong(value: number): number {
  if (fitsInt(value)) return sizeOfInt(value);
  let size = 1;
  for (let rest = zigZagLong(value) >> 7n; rest > 0n; rest >>= 7n) size++;
  return size;
}

function writeLong(into: Buffer, start: number, value: number): number {
  if (fitsInt(value)) return writeInt(into, start, value);
  let at = start;
  let rest = zigZagLong(value);
  for (; rest > 0x7fn; rest >>= 7n) into[at++] = Number(rest & 0x7fn) | 0x80;
  into[at++] = Number(rest);
  return at;
}
