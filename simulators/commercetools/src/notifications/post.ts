import { Agent, request } from 'undici';

export interface Posting {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface Poster {
  /** The answer, or null when there was none in time. Never rejects. */
  send(method: 'POST' | 'OPTIONS', posting: Posting): Promise<Answer | null>;
  /** Gives up what is under way. */
  abort(): void;
  close(): Promise<void>;
}

/** Opens as many connections as posts are under way: the caller bounds them. */
export function createPoster(answerTimeoutMs: number): Poster {
  const dispatcher = new Agent({ pipelining: 1 });
  const underway = new Set<AbortController>();

  async function send(method: 'POST' | 'OPTIONS', { url, body, headers }: Posting): Promise<Answer | null> {
    const controller = new AbortController();
    underway.add(controller);
    const timer = setTimeout(() => controller.abort(), answerTimeoutMs);
    try {
      const answer = await request(url, {
        method,
        ...(method === 'POST' && { body }),
        headers,
        dispatcher,
        signal: controller.signal,
      });
      await answer.body.dump();
      return { status: answer.statusCode, headers: answer.headers };
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
      underway.delete(controller);
    }
  }

  return {
    send,
    abort() {
      for (const controller of underway) controller.abort();
    },
    close: () => dispatcher.destroy(),
  };
}
