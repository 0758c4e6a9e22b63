import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate as unzlib } from 'node:zlib';

const decoders = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(unzlib),
  br: promisify(brotliDecompress),
} as const;

export type Encoding = keyof typeof decoders;

/** Value of Content-Encoding → how the body is packed: `plain`, one we can unpack, or undefined: one we cannot. */
export function toEncoding(header: string | undefined): Encoding | 'plain' | undefined {
  const name = (header ?? '').trim().toLowerCase();
  if (name === '' || name === 'identity') return 'plain';
  return Object.hasOwn(decoders, name) ? (name as Encoding) : undefined;
}

/**
 * Unpacks a body, in memory for `limit` bytes at most. `too-large`: it would be more. `damaged`: it is not packed that
 * way.
 */
export async function inflate(
  body: Buffer,
  encoding: Encoding,
  limit: number,
): Promise<Buffer | 'too-large' | 'damaged'> {
  try {
    return await decoders[encoding](body, { maxOutputLength: limit });
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'damaged';
  }
}
