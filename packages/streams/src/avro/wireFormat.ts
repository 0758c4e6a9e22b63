export const HEADER_BYTES = 5;

/** A 0 byte and the schema's id in 4 bytes big endian, before the body. Writes to what it gets, and returns it. */
export function writeHeader(schemaId: number, bytes: Buffer): Buffer {
  bytes[0] = 0;
  bytes.writeInt32BE(schemaId, 1);
  return bytes;
}

/** Id of the schema it was written with, or undefined when the bytes do not begin as they must. */
export function writerIdOf(bytes: Buffer): number | undefined {
  if (bytes.length < HEADER_BYTES || bytes[0] !== 0) return undefined;
  const id = bytes.readInt32BE(1);
  return id > 0 ? id : undefined;
}

export function bodyOf(framed: Buffer): Buffer {
  return framed.subarray(HEADER_BYTES);
}
