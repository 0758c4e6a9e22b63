import { isUtf8 } from 'node:buffer';
import { deepestJson } from './jsonBytes.ts';

/**
 * Members of an object that are wanted, by name: all of their value, or what a shape of their own says, of an object or
 * of each object in a list. A shape may lead to itself.
 */
export interface JsonShape extends ReadonlyMap<string, JsonShape | 'whole'> {}

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openObject, closeObject, openArray, closeArray] = [0x7b, 0x7d, 0x5b, 0x5d];
const [zero, nine, minus, plus, point] = [0x30, 0x39, 0x2d, 0x2b, 0x2e];

const isBlank = new Uint8Array(256);
for (const blank of [0x20, 0x09, 0x0a, 0x0d]) isBlank[blank] = 1;

const isHex = new Uint8Array(256);
for (const digit of Buffer.from('0123456789abcdefABCDEF')) isHex[digit] = 1;

const afterBackslash = new Uint8Array(256);
for (const letter of Buffer.from('"\\/bfnrtu')) afterBackslash[letter] = 1;

const longestName = 64;

/**
 * An object in JSON → the same object with the wanted members only, as `JSON.parse` would give them; the bytes are read
 * once and nothing is built of the others (a notification of 15 KB: a fifth of the time of parsing it).
 * undefined: it must be parsed to be judged. It is no object, or no JSON in UTF-8, or nests deeper than 64 levels.
 * Whatever is not undefined, `JSON.parse` takes, too.
 */
export function parseSparsely(bytes: Uint8Array, shape: JsonShape): Readonly<Record<string, unknown>> | undefined {
  if (!isUtf8(bytes)) return undefined;
  // A decoder takes one byte order mark off.
  const from = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const reader = { bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), at: skipBlanks(bytes, from) };
  const value = readObject(reader, shape, 1);
  return value !== undefined && skipBlanks(bytes, reader.at) === bytes.length ? value : undefined;
}

interface Reader {
  readonly bytes: Buffer;
  /** The next byte. */
  at: number;
}

/** `depth`: the object's own, 1 is the outermost. */
function readObject(reader: Reader, shape: JsonShape, depth: number): Record<string, unknown> | undefined {
  const { bytes } = reader;
  if (bytes[reader.at] !== openObject || depth > deepestJson) return undefined;
  const found: Record<string, unknown> = {};
  let at = skipBlanks(bytes, reader.at + 1);
  if (bytes[at] === closeObject) {
    reader.at = at + 1;
    return found;
  }
  for (;;) {
    const nameEnd = bytes[at] === quote ? skipText(bytes, at + 1) : -1;
    if (nameEnd < 0) return undefined;
    const name = toName(bytes, at, nameEnd);
    at = skipBlanks(bytes, nameEnd);
    if (bytes[at] !== colon) return undefined;
    at = skipBlanks(bytes, at + 1);
    const wanted = name === undefined ? undefined : shape.get(name);
    reader.at = at;
    const value = readValue(reader, wanted, depth);
    if (value === undefined) return undefined;
    if (wanted !== undefined) found[name as string] = value;
    at = skipBlanks(bytes, reader.at);
    const next = bytes[at];
    if (next === closeObject) {
      reader.at = at + 1;
      return found;
    }
    if (next !== comma) return undefined;
    at = skipBlanks(bytes, at + 1);
  }
}

/** undefined: it is none. What is not `wanted` is null. `depth`: arrays and objects that are open round it. */
function readValue(reader: Reader, wanted: JsonShape | 'whole' | undefined, depth: number): unknown {
  const { bytes, at } = reader;
  if (typeof wanted === 'object' && bytes[at] === openObject) return readObject(reader, wanted, depth + 1);
  if (typeof wanted === 'object' && bytes[at] === openArray) return readArray(reader, wanted, depth + 1);
  const end = skipValue(bytes, at, depth);
  if (end < 0) return undefined;
  reader.at = end;
  return wanted === undefined ? null : (JSON.parse(bytes.toString('utf8', at, end)) as unknown);
}

/** `depth`: the array's own. */
function readArray(reader: Reader, shape: JsonShape, depth: number): unknown[] | undefined {
  const { bytes } = reader;
  if (depth > deepestJson) return undefined;
  const found: unknown[] = [];
  reader.at = skipBlanks(bytes, reader.at + 1);
  if (bytes[reader.at] === closeArray) {
    reader.at += 1;
    return found;
  }
  for (;;) {
    const value = readValue(reader, shape, depth);
    if (value === undefined) return undefined;
    found.push(value);
    const end = skipBlanks(bytes, reader.at);
    reader.at = end + 1;
    if (bytes[end] === closeArray) return found;
    if (bytes[end] !== comma) return undefined;
    reader.at = skipBlanks(bytes, end + 1);
  }
}

/** From the quote to behind the other. undefined: longer than any that is wanted. */
function toName(bytes: Buffer, from: number, to: number): string | undefined {
  // Written with escapes, a character takes six bytes.
  if (to - from > 6 * longestName) return undefined;
  const text = bytes.toString('latin1', from + 1, to - 1);
  return text.includes('\\') ? (JSON.parse(bytes.toString('utf8', from, to)) as string) : text;
}

function skipBlanks(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && isBlank[bytes[at] as number] === 1) at += 1;
  return at;
}

/** Behind the quote that ends it; -1: it is no text of JSON. `from`: behind the first quote. */
function skipText(bytes: Uint8Array, from: number): number {
  const { length } = bytes;
  for (let at = from; at < length; at += 1) {
    const byte = bytes[at] as number;
    if (byte === quote) return at + 1;
    if (byte < 0x20) return -1;
    if (byte !== backslash) continue;
    at += 1;
    if (at >= length || afterBackslash[bytes[at] as number] !== 1) return -1;
    if (bytes[at] !== 0x75) continue;
    for (const end = at + 4; at < end; at += 1) if (isHex[bytes[at + 1] ?? 0] !== 1) return -1;
  }
  return -1;
}

const word = { true: Buffer.from('true'), false: Buffer.from('false'), null: Buffer.from('null') };

/** true, false, null or a number → behind it; -1: it is none. */
function skipScalar(bytes: Uint8Array, from: number): number {
  switch (bytes[from]) {
    case 0x74:
      return skipWord(bytes, from, word.true);
    case 0x66:
      return skipWord(bytes, from, word.false);
    case 0x6e:
      return skipWord(bytes, from, word.null);
    default:
      return skipNumber(bytes, from);
  }
}

function skipWord(bytes: Uint8Array, from: number, expected: Uint8Array): number {
  for (let index = 1; index < expected.length; index += 1) if (bytes[from + index] !== expected[index]) return -1;
  return from + expected.length;
}

function skipNumber(bytes: Uint8Array, from: number): number {
  let at = bytes[from] === minus ? from + 1 : from;
  at = bytes[at] === zero ? at + 1 : skipDigits(bytes, at);
  if (at >= 0 && bytes[at] === point) at = skipDigits(bytes, at + 1);
  if (at < 0 || ((bytes[at] ?? 0) | 0x20) !== 0x65) return at;
  const sign = bytes[at + 1];
  return skipDigits(bytes, sign === plus || sign === minus ? at + 2 : at + 1);
}

/** One of them at least. */
function skipDigits(bytes: Uint8Array, from: number): number {
  let at = from;
  for (let byte = bytes[at] ?? 0; byte >= zero && byte <= nine; byte = bytes[at] ?? 0) at += 1;
  return at === from ? -1 : at;
}

/** One bit for each level that is open within a value: 1 is an object. */
const isObjectAt = new Uint8Array(deepestJson + 1);

/** Behind the value; -1: it is none, or too deep. `depth`: arrays and objects that are open round it. */
function skipValue(bytes: Uint8Array, from: number, depth: number): number {
  let at = from;
  let open = depth;
  for (;;) {
    const byte = bytes[at];
    if (byte === openObject || byte === openArray) {
      open += 1;
      if (open > deepestJson) return -1;
      const isObject = byte === openObject;
      isObjectAt[open] = isObject ? 1 : 0;
      at = skipBlanks(bytes, at + 1);
      if (bytes[at] !== (isObject ? closeObject : closeArray)) {
        if (isObject) at = skipName(bytes, at);
        if (at < 0) return -1;
        continue;
      }
      at += 1;
      open -= 1;
    } else {
      at = byte === quote ? skipText(bytes, at + 1) : skipScalar(bytes, at);
      if (at < 0) return -1;
    }
    // Behind a value: what is open ends, or goes on.
    for (;;) {
      if (open === depth) return at;
      at = skipBlanks(bytes, at);
      const isObject = isObjectAt[open] === 1;
      if (bytes[at] === comma) {
        at = skipBlanks(bytes, at + 1);
        if (isObject) at = skipName(bytes, at);
        if (at < 0) return -1;
        break;
      }
      if (bytes[at] !== (isObject ? closeObject : closeArray)) return -1;
      at += 1;
      open -= 1;
    }
  }
}

/** Behind the name, its colon and the blanks: where its value begins. */
function skipName(bytes: Uint8Array, from: number): number {
  const end = bytes[from] === quote ? skipText(bytes, from + 1) : -1;
  const at = end < 0 ? end : skipBlanks(bytes, end);
  return at >= 0 && bytes[at] === colon ? skipBlanks(bytes, at + 1) : -1;
}
