import { exchange, type Exchanged, MAX_ANSWER_BYTES, NotSent, toText } from '@pipeline/http-exchange';
import { maySend, permitWithdrawn } from '@pipeline/streams';
import { Agent } from 'undici';
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
    maxResponseSize: MAX_ANSWER_BYTES,
  });
  const requestToken = createTokenRequest((url, init) =>
    send(new URL(url), init, { agent, timeoutMs: tokenTimeoutMs }),
  );

  return {
    send: (url, init) => {
      const signal = callSignal();
      const target = new URL(url);
      if (target.pathname.endsWith('/oauth/token')) return requestToken(url, init, signal);
      return send(target, init, { agent, timeoutMs: requestTimeoutMs, signal });
    },
    close: () => agent.close(),
  };
}

interface Terms {
  readonly agent: Agent;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

async function send(target: URL, init: RequestInit, { agent, timeoutMs, signal }: Terms): Promise<Answer> {
  const { method, headers, body } = init;
  const { origin, pathname, search } = target;
  const request = `${method} ${pathname}`;
  const call = { write: method !== 'GET' && method !== 'HEAD' };
  if (signal?.aborted) throw notStarted(request);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeoutMs);
  const abort = () => stop.abort();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const asked = { origin, path: pathname + search, method, headers, body };
    const answer = await exchange(agent, { ...asked, maySend: () => !signal || maySend(signal) }, stop.signal);
    return {
      status: answer.status,
      headers: toHeaders(answer.headers),
      text: () => Promise.resolve(toText(answer.body)),
    };
  } catch (error) {
    if (error instanceof NotSent) throw permitWithdrawn(request);
    if (!stop.signal.aborted) throw fromSilence(error, { ...call, request });
    if (signal?.aborted) throw lost({ request, code: 'aborted', why: 'was given up by its caller' }, call);
    throw lost({ request, code: 'timeout', why: `had no complete answer within ${timeoutMs} ms` }, call);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

/** As `fetch` gives them: several of one name are one. */
function toHeaders(given: Exchanged['headers']): Answer['headers'] {
  const values = new Map(Object.entries(given).map(([name, value]) => [name, String(value)]));
  return {
    forEach: (each) => values.forEach(each),
    get: (name) => values.get(name.toLowerCase()) ?? null,
  };
}
