import type { RawMessage } from '@pipeline/streams';

/**
 * What says that a dead letter was sent back: a record without value behind it, in its own partition of its own topic,
 * written in one transaction with the message that went back. So the two are there together or not at all, a second run
 * learns of it in the same read that finds the letters, and it is kept at least as long as the letter is.
 *
 * The other ways lose: committed offsets are one line through a partition, while filters pick letters out of it; and the
 * redriven message in its origin is gone after 14 days where letters stay for 28, besides having to be searched for
 * in another topic.
 */
export interface Mark {
  /** Of the letter, in the mark's partition. */
  readonly offset: bigint;
  readonly redriveId: string;
  /** ISO 8601 */
  readonly at: string;
  /** topic/partition that the message went to, as deployed. */
  readonly to: string;
}

export const toMarkHeaders = ({ offset, redriveId, at, to }: Mark): Readonly<Record<string, string>> => ({
  'redriven-offset': String(offset),
  'redrive-id': redriveId,
  'redriven-at': at,
  'redriven-to': to,
});

/** undefined: it is no mark. */
export function fromMark({ value, headers }: Pick<RawMessage, 'value' | 'headers'>): Mark | undefined {
  const offset = headers['redriven-offset'] ?? '';
  if (value !== null || !/^\d{1,18}$/.test(offset)) return undefined;
  return {
    offset: BigInt(offset),
    redriveId: headers['redrive-id'] ?? '',
    at: headers['redriven-at'] ?? '',
    to: headers['redriven-to'] ?? '',
  };
}
