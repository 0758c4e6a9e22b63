import { decodeOffsetMap, encodeOffsetMap, MAX_METADATA_BYTES, type OffsetMap } from './offsetMap.ts';

/** What travels with a committed offset. */
export interface CommitMetadata {
  /** Partitions that the topics had; undefined: it was not said. */
  readonly partitions: number | undefined;
  /** What has finished above the offset; undefined: nothing, as far as is known. */
  readonly map: OffsetMap | undefined;
}

/** Count, then the map as far as it fits. */
export function encodeCommitMetadata(map: OffsetMap, partitions: number): string {
  const counted = `p${partitions};`;
  return `${counted}${encodeOffsetMap(map, MAX_METADATA_BYTES - counted.length)}`;
}

/**
 * Anything may stand in a commit, e.g. another tool's.
 * @param from the committed offset
 */
export function decodeCommitMetadata(metadata: string | null, from: bigint): CommitMetadata {
  const [, counted, map = null] = /^(?:p(\d{1,9});)?(.*)$/s.exec(metadata ?? '') ?? [];
  return { partitions: counted === undefined ? undefined : Number(counted), map: decodeOffsetMap(map, from) };
}
