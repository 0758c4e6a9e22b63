import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** A line of a file. `text` undefined: it is `reason`. */
export interface Line {
  /** 1-based. */
  readonly number: number;
  readonly text: string | undefined;
  readonly reason?: string;
}

/** A larger one fits no record of the topic. */
const MAX_LINE_BYTES = 2 * 1_024 * 1_024;
/** What unpacks to so much without a line break is no file of lines. */
const MAX_UNBROKEN_BYTES = 64 * 1_024 * 1_024;
const CHUNK_BYTES = 64 * 1_024;
const LF = 0x0a;

/**
 * Lines of a file, unpacked as they are read when its name ends in .gz.
 * @throws Error of the file system or of zlib, when the file cannot be read or unpacked to its end; besides what `toLines`
 * throws.
 */
export const readLines = (file: string): AsyncGenerator<Line> => toLines(open(file) as AsyncIterable<Buffer>);

/**
 * Lines of bytes that come in pieces; empty ones are left out. At most one line is in memory, and never more than 2 MiB
 * of it.
 * @throws Error when so much comes without a line break that these are no lines.
 */
export async function* toLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let parts: Buffer[] = [];
  let bytes = 0;
  let number = 1;

  function take(part: Buffer): void {
    bytes += part.length;
    if (bytes > MAX_UNBROKEN_BYTES) throw new Error(`Line ${number} does not end: it is no file of lines.`);
    if (bytes > MAX_LINE_BYTES) parts = [];
    else parts.push(part);
  }

  function end(): Line | undefined {
    const isEmpty = bytes === 0;
    const isTooLong = bytes > MAX_LINE_BYTES;
    const whole = Buffer.concat(parts);
    const at = number++;
    parts = [];
    bytes = 0;
    if (isTooLong) return { number: at, text: undefined, reason: 'is longer than 2 MiB' };
    if (isEmpty) return undefined;
    try {
      const text = decoder.decode(whole);
      return text.trim() === '' ? undefined : { number: at, text };
    } catch {
      return { number: at, text: undefined, reason: 'is not UTF-8' };
    }
  }

  for await (const chunk of chunks) {
    let from = 0;
    for (let to = chunk.indexOf(LF); to >= 0; to = chunk.indexOf(LF, from)) {
      take(chunk.subarray(from, to));
      from = to + 1;
      const line = end();
      if (line) yield line;
    }
    take(chunk.subarray(from));
  }
  const line = end();
  if (line) yield line;
}

function open(file: string): Readable {
  const source = createReadStream(file);
  // What fails ends the iteration with its error.
  return file.endsWith('.gz') ? pipeline(source, createGunzip({ chunkSize: CHUNK_BYTES }), () => undefined) : source;
}
