import { isHeldBack, type PipelineError } from './errors.ts';

/**
 * Which message keeps failing alone. A message whose call fails for a while is parked only when the same call succeeds
 * for others: then it is the message, else it is the vendor, and an outage parks nothing.
 */
export interface Parking {
  /** A call succeeded; `call` names what was called, e.g. `placeOrder`. */
  succeeded(call: string): void;
  /**
   * A message failed once more. true: park it.
   *
   * @param trouble the message's own, from `beginTrouble`
   * @param call what failed; undefined: no call to a vendor, which is nobody's fault but ours and never parked
   */
  failed(trouble: Trouble, error: PipelineError, call: string | undefined): boolean;
  beginTrouble(): Trouble;
}

/** What a message has met so far. */
export interface Trouble {
  /** Milliseconds of failing; those in which the breaker or a pause let nothing through are not counted. */
  failingMs: number;
  lastAt: number;
  wasRefused: boolean;
  /** By call: how often it had succeeded when the message failed at it first. */
  readonly seen: Map<string, number>;
}

export interface ParkingOptions {
  /** How long a message may fail alone, in milliseconds. (Default: 1 h) */
  readonly afterMs?: number;
  /** Successes of the same call meanwhile that show the vendor works. (Default: 5) */
  readonly successes?: number;
  /** Monotonic milliseconds. (Default: performance.now) */
  readonly now?: () => number;
}

const HOUR = 60 * 60_000;

export function createParking({
  afterMs = HOUR,
  successes = 5,
  now = () => performance.now(),
}: ParkingOptions = {}): Parking {
  const counts = new Map<string, number>();
  const countOf = (call: string): number => counts.get(call) ?? 0;
  return {
    succeeded: (call) => void counts.set(call, countOf(call) + 1),
    beginTrouble: () => ({ failingMs: 0, lastAt: now(), wasRefused: false, seen: new Map() }),
    failed(trouble, error, call) {
      const refused = isHeldBack(error);
      if (!refused && !trouble.wasRefused) trouble.failingMs += now() - trouble.lastAt;
      trouble.lastAt = now();
      trouble.wasRefused = refused;
      if (refused || error.errorClass !== 'transient' || call === undefined) return false;
      const before = trouble.seen.get(call);
      if (before === undefined) {
        trouble.seen.set(call, countOf(call));
        return false;
      }
      return trouble.failingMs >= afterMs && countOf(call) - before >= successes;
    },
  };
}
