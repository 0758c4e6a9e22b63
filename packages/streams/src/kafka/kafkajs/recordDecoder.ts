/** The part of kafkajs's decoder that a record needs: it is given one on exactly the bytes of the record. */
export interface RecordBytes {
  readonly buffer: Buffer;
}

/** What kafkajs has read of a record's batch. 64-bit numbers are texts. */
export interface BatchContext {
  readonly firstOffset: string;
  readonly firstTimestamp: string;
  readonly maxTimestamp?: string;
  readonly magicByte?: number;
  readonly isControlBatch?: boolean;
  readonly timestampType?: number;
}

interface DecodedRecord {
  readonly magicByte: number | undefined;
  readonly attributes: number;
  readonly timestamp: string;
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Record<string, HeaderContent | HeaderContent[]>;
  readonly isControlRecord: boolean;
  readonly batchContext: BatchContext;
}

type HeaderContent = Buffer | null;

const LOG_APPEND_TIME = 1;

/**
 * Reads a record of a batch as kafkajs does, in one pass: there each header copies all that came before it, and each
 * offset and timestamp goes through a 64-bit number made of objects, 12 us for a record with ten headers, and not 5.
 * @see https://kafka.apache.org/documentation/#record
 */
export function decodeRecord({ buffer }: RecordBytes, batchContext: BatchContext): DecodedRecord {
  const { firstOffset, firstTimestamp, maxTimestamp, magicByte, isControlBatch = false, timestampType } = batchContext;
  const reader = { buffer, at: 1 };
  const timestampDelta = readLong(reader);
  const offsetDelta = readInt(reader);
  const key = readContent(reader);
  const value = readContent(reader);
  // Without a prototype: a header may be named as what an object inherits.
  const headers = Object.create(null) as DecodedRecord['headers'];
  for (let left = readInt(reader); left > 0; left--) addHeader(headers, readName(reader), readContent(reader));
  if (reader.at !== buffer.length) throw new RangeError('A record of a batch is cut or corrupt.');
  return {
    magicByte,
    attributes: buffer.readInt8(0),
    timestamp: timestampType === LOG_APPEND_TIME && maxTimestamp ? maxTimestamp : plus(firstTimestamp, timestampDelta),
    offset: plus(firstOffset, offsetDelta),
    key,
    value,
    headers,
    isControlRecord: isControlBatch,
    batchContext,
  };
}

interface Reader {
  readonly buffer: Buffer;
  at: number;
}

function addHeader(headers: DecodedRecord['headers'], name: string, content: HeaderContent): void {
  const earlier = headers[name];
  if (earlier === undefined) headers[name] = content;
  else if (Array.isArray(earlier)) earlier.push(content);
  else headers[name] = [earlier, content];
}

/** Sum of a 64-bit number in text and a smaller one. */
function plus(text: string, delta: number): string {
  const sum = Number(text) + delta;
  return Number.isSafeInteger(sum) ? String(sum) : BigInt.asIntN(64, BigInt(text) + BigInt(delta)).toString();
}

function readContent(reader: Reader): Buffer | null {
  const length = readInt(reader);
  if (length < 0) return null;
  const start = reader.at;
  reader.at += length;
  return reader.buffer.subarray(start, reader.at);
}

function readName(reader: Reader): string {
  const length = readInt(reader);
  const start = reader.at;
  reader.at += Math.max(0, length);
  return reader.buffer.toString('utf8', start, reader.at);
}

/** Kafka's varint: zigzag, seven bits a byte. */
function readInt(reader: Reader): number {
  let bits = 0;
  let byte = 0x80;
  for (let shift = 0; byte & 0x80; shift += 7) {
    byte = reader.buffer[reader.at++] ?? 0;
    bits |= (byte & 0x7f) << shift;
  }
  return (bits >>> 1) ^ -(bits & 1);
}

/** In milliseconds. Beyond 2^53 it is inexact: no time is there. */
function readLong(reader: Reader): number {
  let bits = 0;
  let scale = 1;
  let byte = 0x80;
  for (; byte & 0x80; scale *= 128) {
    byte = reader.buffer[reader.at++] ?? 0;
    bits += (byte & 0x7f) * scale;
  }
  return bits % 2 === 0 ? bits / 2 : -(bits + 1) / 2;
}
