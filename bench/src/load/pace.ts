import { setTimeout as sleep } from 'node:timers/promises';

/** What is due at `elapsedMs`, at `perSecond`, of `count` in all. */
export const due = (elapsedMs: number, perSecond: number, count: number): number =>
  Math.min(count, Math.floor((elapsedMs * perSecond) / 1_000));

export interface Pace {
  readonly count: number;
  readonly perSecond: number;
  /** Monotonic milliseconds, and a short pause. (Default: this machine's clock) */
  readonly now?: () => number;
  readonly pause?: () => Promise<unknown>;
}

/**
 * Calls `send` with ranges of 0 to `count` as they become due. It waits for nobody before the end: what is slow shows as
 * latency, not as fewer messages. Rejects then as the first `send` that failed.
 */
export async function pace(
  { count, perSecond, now = () => performance.now(), pause = () => sleep(5) }: Pace,
  send: (from: number, to: number) => Promise<void>,
): Promise<void> {
  const startedAt = now();
  const sending: Promise<void>[] = [];
  for (let sent = 0; sent < count; ) {
    const until = due(now() - startedAt, perSecond, count);
    if (until > sent) {
      const sends = send(sent, until);
      sends.catch(() => undefined);
      sending.push(sends);
    }
    sent = until;
    await pause();
  }
  await Promise.all(sending);
}
