import type { RawMessage } from './message.ts';
import { pause } from './pause.ts';
import { createRateLimiter } from './rateLimiter.ts';

/**
 * Where the messages of replay lanes wait for their turn. They get what live traffic leaves: none goes while that has
 * more to do than places, few are in hand at once, and never more in a second than the rate allows.
 */
export interface LaneGate<Item> {
  /** It waits behind what came before. */
  add(item: Item): void;
  /** A message is finished; if it was let through here, there is a place again. */
  finished(raw: RawMessage): void;
  /** Forgets what matches, e.g. of a partition that was lost: what waits, and what was let through. */
  remove(matches: (item: Item) => boolean): void;
  /** Lets nothing through any more. */
  close(): void;
  readonly waiting: number;
  /** Let through and not finished. */
  readonly inHand: number;
}

export interface LaneGateOptions<Item> {
  /** Messages per second of all processes together. (Default: no limit) */
  readonly maxPerSecond?: number | undefined;
  /** The part of it that is this process's, in (0, 1]. */
  readonly share: () => number;
  /** In hand at once, whether they run or wait for their next try. */
  readonly maxInHand: number;
  /** Live traffic has more to do than places: it goes first. */
  readonly isBusy: () => boolean;
  readonly letThrough: (item: Item) => void;
}

/** How long until it is looked again whether there is a place. */
const LOOK_AGAIN_MS = 20;

export function createLaneGate<Item extends { readonly raw: RawMessage }>({
  maxPerSecond,
  share,
  maxInHand,
  isBusy,
  letThrough,
}: LaneGateOptions<Item>): LaneGate<Item> {
  // A Set and a Map iterate in the order of insertion: first come, first served.
  const waiting = new Set<Item>();
  const inHand = new Map<RawMessage, Item>();
  const closed = new AbortController();
  // However far away the next turn is: nobody else could use the time.
  const turns = createRateLimiter({ target: 'replay', maxPerSecond, share, maxWaitMs: Number.POSITIVE_INFINITY });
  let pumping = false;

  async function pump(): Promise<void> {
    pumping = true;
    while (waiting.size > 0 && !closed.signal.aborted) await turns.run(letNextThrough, closed.signal);
    pumping = false;
  }

  async function letNextThrough(): Promise<void> {
    while (inHand.size >= maxInHand || isBusy()) {
      if (closed.signal.aborted || waiting.size === 0) return;
      await pause(LOOK_AGAIN_MS, closed.signal);
    }
    const next = waiting.values().next();
    if (next.done || closed.signal.aborted) return;
    waiting.delete(next.value);
    inHand.set(next.value.raw, next.value);
    letThrough(next.value);
  }

  return {
    add(item) {
      waiting.add(item);
      if (!pumping) void pump();
    },
    finished: (raw) => void inHand.delete(raw),
    remove(matches) {
      for (const item of waiting) if (matches(item)) waiting.delete(item);
      for (const [raw, item] of inHand) if (matches(item)) inHand.delete(raw);
    },
    close: () => closed.abort(),
    get waiting() {
      return waiting.size;
    },
    get inHand() {
      return inHand.size;
    },
  };
}
