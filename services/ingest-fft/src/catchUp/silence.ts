import { fingerprint } from './fingerprint.ts';

/** When a silent order is asked about. Milliseconds. */
export interface SilencePolicy {
  /** After so long without a word it is asked about for the first time. */
  readonly silenceMs: number;
  /** The pauses after it double up to this. */
  readonly longestMs: number;
  /** After so long without a word it is given up. */
  readonly giveUpMs: number;
}

/**
 * Of an order that has left: it is given up after 24 silences, two days with the default. What was missed on the way is
 * there at once or will never be, but nobody may have been there to ask.
 */
export const afterTheEnd = (policy: SilencePolicy): SilencePolicy => ({
  ...policy,
  giveUpMs: Math.min(policy.giveUpMs, 24 * policy.silenceMs),
});

export interface Ask {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** 0: the first of this silence. */
  readonly nth: number;
}

/** Part of its pauses by which an order's are longer than they should be, so that not all are asked about at once. */
const SPREAD = 0.2;

/**
 * The first time after `after` at which an order is to be asked about that was last heard of at `heardAt`; both
 * milliseconds since the epoch. undefined: not again in this silence.
 *
 * The times follow from the order's id and `heardAt` alone: silence, then after 2, 4, 8 times as long, up to the longest
 * pause. So whoever takes an order over asks about it when its former owner would have, and nothing about it is on record.
 */
export function nextAsk(
  { orderId, heardAt, after }: { readonly orderId: string; readonly heardAt: number; readonly after: number },
  { silenceMs, longestMs, giveUpMs }: SilencePolicy,
): Ask | undefined {
  const slower = 1 + (SPREAD * (fingerprint(orderId) % 1_024)) / 1_024;
  let at = heardAt + silenceMs * slower;
  let pauseMs = Math.min(longestMs, 2 * silenceMs);
  for (let nth = 0; at <= heardAt + giveUpMs; nth++) {
    if (at > after) return { at, nth };
    at += pauseMs * slower;
    pauseMs = Math.min(longestMs, 2 * pauseMs);
  }
  return undefined;
}
