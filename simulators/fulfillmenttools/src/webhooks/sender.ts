import { Agent, request } from 'undici';
import type { Settings } from '../core/options.ts';

export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Sender {
  /** The status that was answered in time; undefined: none. Never rejects. `onStart` is called when it really leaves. */
  send(webhook: WebhookRequest, onStart: () => void): Promise<number | undefined>;
  close(): Promise<void>;
}

/**
 * Posts webhooks with a bounded number under way at each receiver. The time limit runs from the moment a webhook leaves,
 * not while it waits for its turn, and one slow receiver takes no turn of another.
 */
export function createSender({
  webhookConnections,
  webhookTimeoutMs,
}: Pick<Settings, 'webhookConnections' | 'webhookTimeoutMs'>): Sender {
  const agent = new Agent({ connections: webhookConnections, pipelining: 1 });
  const lanes = new Map<string, Lane>();
  let stopped = false;

  const post = async (webhook: WebhookRequest): Promise<number | undefined> => {
    try {
      const response = await request(webhook.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...webhook.headers },
        body: webhook.body,
        dispatcher: agent,
        signal: AbortSignal.timeout(webhookTimeoutMs),
      });
      await response.body.dump();
      return response.statusCode;
    } catch {
      return undefined;
    }
  };

  return {
    async send(webhook, onStart) {
      const origin = new URL(webhook.url).origin;
      const lane = lanes.get(origin) ?? createLane(webhookConnections);
      lanes.set(origin, lane);
      await lane.enter();
      try {
        if (stopped) return undefined;
        onStart();
        return await post(webhook);
      } finally {
        lane.leave();
      }
    },
    async close() {
      stopped = true;
      await agent.destroy();
    },
  };
}

interface Lane {
  enter(): Promise<void>;
  leave(): void;
}

/** Lets `width` in at the same time; the others wait in the order they came. */
function createLane(width: number): Lane {
  let free = width;
  let head = 0;
  let waiting: (() => void)[] = [];
  return {
    enter() {
      if (free > 0) {
        free -= 1;
        return Promise.resolve();
      }
      return new Promise((resolve) => void waiting.push(resolve));
    },
    leave() {
      const next = waiting[head];
      if (next === undefined) {
        free += 1;
        return;
      }
      head += 1;
      if (head > 1_024 && head * 2 > waiting.length) {
        waiting = waiting.slice(head);
        head = 0;
      }
      next();
    },
  };
}
