import type { Random } from '../random.ts';
import { createLane, type Lane } from './lane.ts';
import { createPoster } from './post.ts';
import type { DeliverySettings } from './settings.ts';

/** Pub/Sub push takes exactly these as an acknowledgement. */
const acknowledged = new Set([102, 200, 201, 202, 204]);
const maxBackoffMs = 5_000;
const duplicateWithinMs = 500;

export interface PushCounts {
  /** Requests made. */
  sent: number;
  /** Deliveries that were acknowledged. */
  delivered: number;
  /** Deliveries made a second time on purpose. */
  duplicates: number;
  /** Requests that repeat one which was not acknowledged. */
  retried: number;
  /** Deliveries that are not acknowledged yet. */
  pending: number;
}

export interface Push {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Called with the moment (epoch ms) at which each request starts. */
  readonly onSend: (at: number) => void;
}

export interface Pusher {
  readonly counts: Readonly<PushCounts>;
  /** Delivers at least once, until it is acknowledged. Failures of one never hold up another. */
  push(push: Push): void;
  /** One request, never repeated or counted. Resolves with the status, null without an answer. */
  probe(push: Push): Promise<number | null>;
  /** Forgets everything that is pending and the counts. */
  reset(): void;
  close(): Promise<void>;
}

export interface PusherOptions {
  readonly settings: DeliverySettings;
  readonly random: Random;
  readonly retryBaseMs: number;
  readonly answerTimeoutMs: number;
  readonly connections: number;
  readonly now: () => number;
}

export function createPusher(options: PusherOptions): Pusher {
  const { settings, random, retryBaseMs, now } = options;
  const poster = createPoster(options.answerTimeoutMs);
  const lanes = new Map<string, Lane>();
  const timers = new Set<NodeJS.Timeout>();
  const counts: PushCounts = { sent: 0, delivered: 0, duplicates: 0, retried: 0, pending: 0 };
  let generation = 0;

  function laneOf(url: string): Lane {
    const lane = lanes.get(url) ?? createLane(options.connections);
    lanes.set(url, lane);
    return lane;
  }

  function later(delayMs: number, run: () => void): void {
    if (delayMs <= 0) return run();
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, delayMs);
    timers.add(timer);
  }

  async function attempt(push: Push, number: number): Promise<void> {
    const born = generation;
    counts.sent += 1;
    if (number > 1) counts.retried += 1;
    push.onSend(now());
    const status = await poster.post(push.url, push.body, push.headers);
    if (born !== generation) return;
    if (status !== null && acknowledged.has(status)) {
      counts.delivered += 1;
      counts.pending -= 1;
      return;
    }
    const backoffMs = Math.min(maxBackoffMs, retryBaseMs * 2 ** Math.min(number - 1, 20));
    later(backoffMs, () => enqueue(push, number + 1));
  }

  function enqueue(push: Push, number: number): void {
    laneOf(push.url).run(() => attempt(push, number));
  }

  function deliver(push: Push, delayMs: number): void {
    counts.pending += 1;
    later(delayMs, () => enqueue(push, 1));
  }

  function reset(): void {
    generation += 1;
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
    for (const lane of lanes.values()) lane.clear();
    lanes.clear();
    poster.abort();
    Object.assign(counts, { sent: 0, delivered: 0, duplicates: 0, retried: 0, pending: 0 });
  }

  return {
    counts,
    push(push) {
      const delayMs = settings.shuffle ? random() * settings.shuffleMs : 0;
      deliver(push, delayMs);
      if (random() >= settings.duplicates) return;
      counts.duplicates += 1;
      deliver(push, delayMs + random() * duplicateWithinMs);
    },
    probe: (push) => poster.post(push.url, push.body, push.headers),
    reset,
    async close() {
      reset();
      await poster.close();
    },
  };
}
