import { scanJson } from '@pipeline/streams';

const comma = 0x2c;

/**
 * The elements of a JSON array, each as the bytes that the sender wrote: parsing and writing them again would change
 * numbers and escapes. Only for bytes that `JSON.parse` takes, and that hold an array.
 */
export function splitArray(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  const from = bytes.indexOf('[') + 1;
  const to = bytes.lastIndexOf(']');
  let start = from;
  const seen = (byte: number, depth: number, index: number): boolean => {
    if (byte === comma && depth === 0) {
      parts.push(bytes.subarray(start, index));
      start = index + 1;
    }
    return false;
  };
  scanJson(bytes, { from, to, seen });
  const last = bytes.subarray(start, to);
  return parts.length > 0 || last.toString('latin1').trim() !== '' ? [...parts, last] : [];
}
