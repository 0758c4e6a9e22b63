const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const opening = new Set([0x5b, 0x7b]);
const closing = new Set([0x5d, 0x7d]);

/**
 * The elements of a JSON array, each as the bytes that the sender wrote: parsing and writing them again would change
 * numbers and escapes. Only for bytes that `JSON.parse` takes, and that hold an array.
 */
export function splitArray(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  const from = bytes.indexOf('[') + 1;
  const to = bytes.lastIndexOf(']');
  let start = from;
  let depth = 0;
  let inText = false;
  for (let index = from; index < to; index += 1) {
    const byte = bytes[index] ?? 0;
    if (inText) {
      if (byte === backslash) index += 1;
      else if (byte === quote) inText = false;
    } else if (byte === quote) inText = true;
    else if (opening.has(byte)) depth += 1;
    else if (closing.has(byte)) depth -= 1;
    else if (byte === comma && depth === 0) {
      parts.push(bytes.subarray(start, index));
      start = index + 1;
    }
  }
  const last = bytes.subarray(start, to);
  return parts.length > 0 || last.toString('latin1').trim() !== '' ? [...parts, last] : [];
}
