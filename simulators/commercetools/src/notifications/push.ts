import type { Dice } from '../dice.ts';
import { createLane, type Lane } from './lane.ts';
import type { Wrapped } from './envelope.ts';
import { type Answer, createPoster, type Posting } from './post.ts';
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
  /** Notifications that were never sent, on purpose. */
  lost: number;
}

export interface Push {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of one delivery, however often it is repeated; a duplicate is wrapped anew. */
  readonly wrap: () => Wrapped;
  /** What decisions by chance go by. */
  readonly key: string;
  /** Called with the moment (epoch ms) at which each request starts. */
  readonly onSend: (at: number) => void;
}

export interface Pusher {
  readonly counts: Readonly<PushCounts>;
  /** Delivers at least once, until it is acknowledged. Failures of one never hold up another. */
  push(push: Push): void;
  /** One request, never repeated or counted. Resolves with null without an answer. */
  probe(method: 'POST' | 'OPTIONS', posting: Posting): Promise<Answer | null>;
  /** Forgets everything that is pending and the counts. */
  reset(): void;
  close(): Promise<void>;
}

type Delivery = Posting & Pick<Push, 'onSend'>;

const noCounts: PushCounts = { sent: 0, delivered: 0, duplicates: 0, retried: 0, pending: 0, lost: 0 };

export interface PusherOptions {
  readonly settings: DeliverySettings;
  readonly dice: Dice;
  readonly retryBaseMs: number;
  readonly answerTimeoutMs: number;
  readonly connections: number;
  readonly now: () => number;
}

export function createPusher(options: PusherOptions): Pusher {
  const { settings, dice, retryBaseMs, now } = options;
  const poster = createPoster(options.answerTimeoutMs);
  const lanes = new Map<string, Lane>();
  const timers = new Set<NodeJS.Timeout>();
  const counts: PushCounts = { ...noCounts };
  let reversed: (() => void)[] = [];
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

  async function attempt(delivery: Delivery, number: number): Promise<void> {
    const born = generation;
    counts.sent += 1;
    if (number > 1) counts.retried += 1;
    delivery.onSend(now());
    const status = (await poster.send('POST', delivery))?.status ?? null;
    if (born !== generation) return;
    if (status !== null && acknowledged.has(status)) {
      counts.delivered += 1;
      counts.pending -= 1;
      return;
    }
    const backoffMs = Math.min(maxBackoffMs, retryBaseMs * 2 ** Math.min(number - 1, 20));
    later(backoffMs, () => enqueue(delivery, number + 1));
  }

  function enqueue(delivery: Delivery, number: number): void {
    laneOf(delivery.url).run(() => attempt(delivery, number));
  }

  /** The last of those that come within the time is sent first. */
  function inReverse(send: () => void): void {
    reversed.push(send);
    if (reversed.length > 1) return;
    later(settings.reverseMs, () => {
      const collected = reversed.reverse();
      reversed = [];
      for (const each of collected) each();
    });
  }

  function deliver({ url, headers, wrap, onSend }: Push, delayMs: number): void {
    counts.pending += 1;
    const { body, headers: own } = wrap();
    const send = () => enqueue({ url, body, headers: { ...own, ...headers }, onSend }, 1);
    later(delayMs, () => (settings.reverse ? inReverse(send) : send()));
  }

  function reset(): void {
    generation += 1;
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
    for (const lane of lanes.values()) lane.clear();
    lanes.clear();
    poster.abort();
    reversed = [];
    Object.assign(counts, noCounts);
  }

  return {
    counts,
    push(push) {
      const roll = (purpose: string) => dice(purpose, push.key);
      if (roll('lost') < settings.lost) {
        counts.lost += 1;
        return;
      }
      const shuffledMs = settings.shuffle ? roll('delay') * settings.shuffleMs : 0;
      const lateMs = roll('late') < settings.late ? settings.lateMs * (0.5 + roll('lateness') / 2) : 0;
      deliver(push, shuffledMs + lateMs);
      if (roll('duplicate') >= settings.duplicates) return;
      counts.duplicates += 1;
      deliver(push, shuffledMs + lateMs + roll('duplicate delay') * duplicateWithinMs);
    },
    probe: (method, posting) => poster.send(method, posting),
    reset,
    async close() {
      reset();
      await poster.close();
    },
  };
}
