import { Agent, fetch } from 'undici';
import { callSignal } from './callSignal.ts';
import { fromSilence, lost, notStarted } from './errors.ts';
import { createTokenRequest } from './tokenRequest.ts';

export interface HttpClientSettings {
  /** Milliseconds for one API request, from the wait for a connection to the last byte of the body. (Default: 30,000) */
  readonly requestTimeoutMs?: number;
  /** The same for a token request. (Default: 10,000) */
  readonly tokenTimeoutMs?: number;
  /** Connections to each host. (Default: 64) */
  readonly connections?: number;
}

/** The part of a fetch response that the SDK reads. The body is complete: `text()` never waits and may be repeated. */
export interface Answer {
  readonly status: number;
  readonly headers: { forEach(each: (value: string, name: string) => void): void; get(name: string): string | null };
  text(): Promise<string>;
}

/** What the SDK passes besides much that is not for us. */
export interface RequestInit {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

export interface HttpClient {
  /** For `httpClient` of the SDK's middlewares. Rejects with a PipelineError. */
  send(url: string, init: RequestInit): Promise<Answer>;
  /** Closes the connections; requests in flight end first. */
  close(): Promise<void>;
}

/**
 * The HTTP client given to the SDK. One request is one attempt: repeating is the runtime's decision. The deadline covers
 * the body too, which the SDK's own timer does not. Concurrent token requests become one.
 */
export function createHttpClient(settings: HttpClientSettings = {}): HttpClient {
  const { requestTimeoutMs = 30_000, tokenTimeoutMs = 10_000, connections = 64 } = settings;
  const agent = new Agent({
    connections,
    allowH2: false,
    connect: { timeout: Math.min(requestTimeoutMs, 10_000) },
    headersTimeout: requestTimeoutMs,
    bodyTimeout: requestTimeoutMs,
  });
  const requestToken = createTokenRequest((url, init) => exchange(url, init, { agent, timeoutMs: tokenTimeoutMs }));

  return {
    send: (url, init) => {
      const signal = callSignal();
      if (new URL(url).pathname.endsWith('/oauth/token')) return requestToken(url, init, signal);
      return exchange(url, init, { agent, timeoutMs: requestTimeoutMs, signal });
    },
    close: () => agent.close(),
  };
}

interface Terms {
  readonly agent: Agent;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

async function exchange(url: string, init: RequestInit, { agent, timeoutMs, signal }: Terms): Promise<Answer> {
  const request = `${init.method} ${new URL(url).pathname}`;
  const call = { write: init.method !== 'GET' && init.method !== 'HEAD' };
  if (signal?.aborted) throw notStarted(request);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeoutMs);
  const abort = () => stop.abort();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const { method, headers, body } = init;
    const content = body === undefined ? {} : { body };
    const options = {
      method,
      headers,
      ...content,
      dispatcher: agent,
      signal: stop.signal,
      redirect: 'manual',
    } as const;
    const response = await fetch(url, options);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text: async () => text };
  } catch (error) {
    if (!stop.signal.aborted) throw fromSilence(error, { ...call, request });
    if (signal?.aborted) throw lost({ request, code: 'aborted', why: 'was given up by its caller' }, call);
    throw lost({ request, code: 'timeout', why: `had no complete answer within ${timeoutMs} ms` }, call);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}
