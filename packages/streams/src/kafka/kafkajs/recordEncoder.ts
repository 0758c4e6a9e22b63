/** The part of kafkajs's encoder that a record needs. `new` makes room for at least as many bytes and one more. */
export type EncoderClass = new (size: number) => { buf: Buffer; offset: number };

interface Record {
  readonly offsetDelta?: number;
  /** Milliseconds. */
  readonly timestampDelta?: number;
  readonly key?: Content;
  readonly value?: Content;
  readonly headers?: Readonly<{ [name: string]: Content | readonly Content[] }>;
}

type Content = Buffer | string | null | undefined;

/**
 * Encodes a record of a batch as kafkajs does, in one buffer: there each header and each record begins with a zeroed
 * buffer of 512 bytes and is copied from it, 58 us for a record with ten headers.
 * @see https://kafka.apache.org/documentation/#record
 */
export function createRecordEncoder(NewEncoder: EncoderClass) {
  return ({ offsetDelta = 0, timestampDelta = 0, key, value, headers = {} }: Record): { buf: Buffer } => {
    const fields: [name: string, content: Content][] = [];
    for (const name of Object.keys(headers)) {
      const content = headers[name];
      if (isList(content)) for (const one of content) fields.push([name, one]);
      else fields.push([name, content]);
    }
    let size = 1 + sizeOfLong(timestampDelta) + sizeOfInt(offsetDelta) + sizeOfContent(key) + sizeOfContent(value);
    size += sizeOfInt(fields.length);
    for (const [name, content] of fields) size += sizeOfContent(name) + sizeOfContent(content);

    const encoder = new NewEncoder(sizeOfInt(size) + size);
    const { buf } = encoder;
    let at = writeInt(buf, 0, size);
    buf[at++] = 0;
    at = writeLong(buf, at, timestampDelta);
    at = writeInt(buf, at, offsetDelta);
    at = writeContent(buf, at, key);
    at = writeContent(buf, at, value);
    at = writeInt(buf, at, fields.length);
    for (const [name, content] of fields) at = writeContent(buf, writeContent(buf, at, name), content);
    encoder.offset = at;
    return encoder;
  };
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
