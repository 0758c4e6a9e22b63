import { Agent, request } from 'undici';

export interface Poster {
  /** The answer's status, or null when there was none in time. Never rejects. */
  post(url: string, body: string, headers: Readonly<Record<string, string>>): Promise<number | null>;
  /** Gives up what is under way. */
  abort(): void;
  close(): Promise<void>;
}

/** Opens as many connections as posts are under way: the caller bounds them. */
export function createPoster(answerTimeoutMs: number): Poster {
  const dispatcher = new Agent({ pipelining: 1 });
  const underway = new Set<AbortController>();

  async function post(url: string, body: string, headers: Readonly<Record<string, string>>): Promise<number | null> {
    const controller = new AbortController();
    underway.add(controller);
    const timer = setTimeout(() => controller.abort(), answerTimeoutMs);
    try {
      const { statusCode, body: answer } = await request(url, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...headers },
        dispatcher,
        signal: controller.signal,
      });
      await answer.dump();
      return statusCode;
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
      underway.delete(controller);
    }
  }

  return {
    post,
    abort() {
      for (const controller of underway) controller.abort();
    },
    close: () => dispatcher.destroy(),
  };
}
