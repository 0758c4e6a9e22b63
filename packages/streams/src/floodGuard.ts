/**
 * Keeps a bad deploy from dumping its topic: when most messages become dead letters at once, they wait instead, but for
 * one now and then. So a few bad messages still drain, and a fixed version finds the others where they were.
 */
export interface FloodGuard {
  /** A message went well. */
  passed(): void;
  /** A message is to become a dead letter. false: it waits, ask again later. */
  admits(): boolean;
  /** Are dead letters held back now? */
  readonly holdingBack: boolean;
}

/** Admits every dead letter. */
export const noFloodGuard: FloodGuard = { passed: () => undefined, admits: () => true, holdingBack: false };

export interface FloodGuardOptions {
  /** Dead letters within the window from which on it may hold back. (Default: 20) */
  readonly atLeast?: number;
  /** Share of the messages of the window above which it holds back. (Default: 0.5) */
  readonly share?: number;
  /** Milliseconds. (Default: 10 min) */
  readonly windowMs?: number;
  /** While it holds back, one is let through in this time, in milliseconds. (Default: 1 min) */
  readonly dripMs?: number;
  /** Monotonic milliseconds. (Default: performance.now) */
  readonly now?: () => number;
}

export function createFloodGuard(options: FloodGuardOptions = {}): FloodGuard {
  const { atLeast = 20, share = 0.5, windowMs = 600_000, dripMs = 60_000, now = () => performance.now() } = options;
  /** One count for each tenth of the window: old ones fall out together. */
  const slices: { readonly since: number; passed: number; buried: number }[] = [];
  let lastDripAt = Number.NEGATIVE_INFINITY;

  function slice() {
    const at = now();
    while (slices[0] && slices[0].since <= at - windowMs) slices.shift();
    const last = slices.at(-1);
    if (last && last.since > at - windowMs / 10) return last;
    const fresh = { since: at, passed: 0, buried: 0 };
    slices.push(fresh);
    return fresh;
  }

  function isFlood(): boolean {
    slice();
    const buried = slices.reduce((sum, { buried: count }) => sum + count, 0);
    const all = slices.reduce((sum, { passed, buried: count }) => sum + passed + count, 0);
    return buried >= atLeast && buried > all * share;
  }

  return {
    passed: () => void slice().passed++,
    admits() {
      if (!isFlood()) {
        slice().buried++;
        return true;
      }
      if (now() - lastDripAt < dripMs) return false;
      lastDripAt = now();
      slice().buried++;
      return true;
    },
    get holdingBack() {
      return isFlood();
    },
  };
}
