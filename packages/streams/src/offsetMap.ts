/**
 * What has finished above a committed offset: everything in `[from, until)` except `unfinished`. It travels in the
 * metadata of the commit, so that the next owner does not do it again.
 */
export interface OffsetMap {
  /** The committed offset. */
  readonly from: bigint;
  readonly until: bigint;
  /** Ascending, all in `[from, until)`. */
  readonly unfinished: readonly bigint[];
}

/** The broker's default for `offset.metadata.max.bytes`: a commit with more is refused. */
export const MAX_METADATA_BYTES = 4_096;

const VERSION = 'm1:';

/**
 * Version, then base64url of varints: the distance from each unfinished offset to the next, the first from `from`, the
 * last to `until`. As long as `maxLength` (characters, all ASCII) allows: what does not fit counts as unfinished, which
 * costs a repetition and never a loss. '' when there is nothing to tell.
 */
export function encodeOffsetMap({ from, until, unfinished }: OffsetMap, maxLength = MAX_METADATA_BYTES): string {
  if (until === from || unfinished.length === Number(until - from)) return '';
  const maxBytes = Math.floor(((maxLength - VERSION.length) * 3) / 4);
  const bytes: number[] = [];
  let last = from;
  for (const offset of [...unfinished, until]) {
    const encoded = toVarint(offset - last);
    // The one that does not fit ends the map: everything from it on is unknown.
    if (bytes.length + encoded.length > maxBytes) break;
    bytes.push(...encoded);
    last = offset;
  }
  return bytes.length === 0 ? '' : VERSION + Buffer.from(bytes).toString('base64url');
}

/** undefined: not such metadata, e.g. another tool's commit. Then nothing above the offset counts as finished. */
export function decodeOffsetMap(metadata: string | null, from: bigint): OffsetMap | undefined {
  if (!metadata?.startsWith(VERSION)) return undefined;
  const bounds: bigint[] = [];
  let last = from;
  for (const distance of fromVarints(Buffer.from(metadata.slice(VERSION.length), 'base64url'))) {
    last += distance;
    bounds.push(last);
  }
  const until = bounds.pop();
  return until === undefined ? undefined : { from, until, unfinished: bounds };
}

function toVarint(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}

function* fromVarints(bytes: Uint8Array): Generator<bigint> {
  let value = 0n;
  let shift = 0n;
  for (const byte of bytes) {
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (byte & 0x80) continue;
    yield value;
    value = 0n;
    shift = 0n;
  }
}
