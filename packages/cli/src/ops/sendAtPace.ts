import { setTimeout as sleep } from 'node:timers/promises';

/** Items that are sent at once, at most. */
const MAX_BATCH = 100;
/** Batches in a second, unless that makes one of less than an item. */
const PER_SECOND = 5;

/** How a command sends what it has listed. */
export interface Pace {
  /** Items per second. */
  readonly perSecond: number;
  /** Told of all that were sent so far, after each batch. */
  readonly onSent: (count: number) => void;
  /** What is under way when it aborts is still sent. */
  readonly signal: AbortSignal;
  /** Monotonic milliseconds, and a wait that ends when the signal aborts. (Default: this machine's clock) */
  readonly now?: () => number;
  readonly pause?: (ms: number) => Promise<unknown>;
}

export interface SendAtPace<Item> extends Pace {
  readonly pages: Iterable<readonly Item[]> | AsyncIterable<readonly Item[]>;
  /** Resolves when Kafka has the batch, with how many of it were to be sent. */
  readonly send: (batch: readonly Item[]) => Promise<number>;
}

/**
 * Sends items in small batches, one at a time, at a pace that is counted from the beginning: what took longer is made up
 * for. Returns how many: all, or fewer when the signal aborted.
 * @throws what `pages` or `send` throws.
 */
export async function sendAtPace<Item>(request: SendAtPace<Item>): Promise<number> {
  const { pages, send, perSecond, onSent, signal } = request;
  const { now = () => performance.now(), pause = (ms) => sleep(ms, undefined, { signal }) } = request;
  const startedAt = now();
  const restMs = (): number => Math.max(0, startedAt + (count * 1_000) / perSecond - now());
  let count = 0;
  let isFirst = true;
  try {
    for await (const items of pages) {
      for (const batch of toBatches(items, perSecond)) {
        if (!isFirst) await pause(restMs());
        isFirst = false;
        if (signal.aborted) return count;
        count += await send(batch);
        onSent(count);
      }
    }
  } catch (error) {
    // What it was waiting for when it was told to stop.
    if (!signal.aborted) throw error;
  }
  return count;
}

function toBatches<Item>(items: readonly Item[], perSecond: number): (readonly Item[])[] {
  const size = Math.min(MAX_BATCH, Math.max(1, Math.round(perSecond / PER_SECOND)));
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));
}
