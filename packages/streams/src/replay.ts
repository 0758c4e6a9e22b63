import type { RawMessage } from './message.ts';

const OFFSET = 'replay.original-offset';
const TIMESTAMP = 'replay.original-timestamp';
/** Opens another attempt at what a vendor refused: that is for a person to ask for, not for a replay. */
const REDRIVE_ID = 'redrive-id';

/** Where a message in a replay lane comes from. Its partition and key are the same there. */
export interface ReplayOrigin {
  readonly replayId: string;
  readonly offset: bigint;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
}

/**
 * Headers under which a message of a source is put into its lane: its own, `origin: replay`, the id of the replay, and
 * where and when it lay in its source. The id of a redrive does not go along.
 */
export function replayHeaders(
  { headers, offset, timestamp }: Pick<RawMessage, 'headers' | 'offset' | 'timestamp'>,
  replayId: string,
): Readonly<Record<string, string>> {
  const { [REDRIVE_ID]: _, ...own } = headers;
  return { ...own, origin: 'replay', 'replay-id': replayId, [OFFSET]: String(offset), [TIMESTAMP]: String(timestamp) };
}

/** Reads it back; undefined: it is no message of a replay. */
export function replayOriginOf(headers: Readonly<Record<string, string>>): ReplayOrigin | undefined {
  const { 'replay-id': replayId, [OFFSET]: offset = '', [TIMESTAMP]: timestamp = '' } = headers;
  if (replayId === undefined || !isCount(offset) || !isCount(timestamp)) return undefined;
  return { replayId, offset: BigInt(offset), timestamp: Number(timestamp) };
}

const isCount = (text: string): boolean => /^\d{1,19}$/.test(text);
