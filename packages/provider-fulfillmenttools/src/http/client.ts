import { CutAnswer, exchange, type ExchangeRequest, MAX_ANSWER_BYTES, NotSent } from '@pipeline/http-exchange';
import {
  type Breaker,
  type BreakerOptions,
  createBreaker,
  createRateLimiter,
  maySend,
  permitWithdrawn,
  type RateLimiter,
  type RateLimiterOptions,
} from '@pipeline/streams';
import { Agent } from 'undici';
import { PROVIDER } from '../providerName.ts';
import type { TokenSource } from '../tokenSource.ts';
import { type Answer, type CallAnswer, type CallName, readAnswer } from './answerErrors.ts';
import { toGivenUp, toTransportError } from './transportErrors.ts';

export interface CallRequest extends CallName {
  /** From the root of the host, e.g. `/api/orders`; ids in it already encoded (see `toPath`). */
  readonly path: `/${string}`;
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly query?: Readonly<Record<string, string | number>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Instead of `body`: what is JSON already. */
  readonly json?: string;
  /** The deadline of everything: token, queue, connect, body. */
  readonly signal: AbortSignal;
}

/** The one way to fulfillmenttools' API. */
export interface FulfillmenttoolsClient {
  /**
   * One call; after a 401 one more with a new token. When that is refused, too, the next call begins with a whole
   * sign-in. No other retries: those are the runtime's.
   * @throws PipelineError, nothing else; see `readAnswer` and `toTransportError` for the classes, and `Breaker` for what
   * is refused while the vendor is down.
   */
  call(request: CallRequest): Promise<CallAnswer>;
  /**
   * Resolves when a call could be sent now: the breaker is not open, and there is a token.
   * @throws PipelineError as `call` does before anything is sent.
   */
  ready(signal: AbortSignal): Promise<void>;
  /** Waits for calls in flight and closes the connections. */
  close(): Promise<void>;
}

/** The client and what guards it: sign-ins go through the breaker too, as part of the call that needs the token. */
export interface GuardedFulfillmenttoolsClient extends FulfillmenttoolsClient {
  readonly breaker: Breaker;
  readonly rateLimiter: RateLimiter;
}

export interface ClientOptions {
  /** The tenant's full base URL, with or without a slash at the end: `https://{projectId}.api.fulfillmenttools.com`. */
  readonly baseUrl: string;
  readonly tokenSource: TokenSource;
  /** Guard against a caller's signal that never fires, in milliseconds. (Default: 65,000) */
  readonly requestTimeoutMs?: number;
  /** Most connections to the vendor. (Default: 64) */
  readonly connections?: number;
  readonly breaker?: Partial<BreakerOptions>;
  readonly rate?: Partial<RateLimiterOptions>;
  /** Milliseconds since the epoch. (Default: `Date.now`) */
  readonly now?: () => number;
}

export function createFulfillmenttoolsClient(options: ClientOptions): GuardedFulfillmenttoolsClient {
  const { tokenSource, requestTimeoutMs = 65_000, connections = 64, now = Date.now } = options;
  const breaker = createBreaker({ target: PROVIDER, ...options.breaker });
  const rateLimiter = createRateLimiter({ target: PROVIDER, ...options.rate });
  const base = new URL(options.baseUrl);
  const prefix = base.pathname.replace(/\/+$/, '');
  const agent = new Agent({
    connections,
    headersTimeout: requestTimeoutMs,
    bodyTimeout: requestTimeoutMs,
    connectTimeout: Math.min(10_000, requestTimeoutMs),
    maxResponseSize: MAX_ANSWER_BYTES,
  });

  async function tokenFor(request: CallRequest): Promise<string> {
    if (request.signal.aborted) throw toGivenUp(request);
    const token = await tokenSource.getToken(request.signal);
    if (request.signal.aborted) throw toGivenUp(request);
    return token;
  }

  async function send(request: CallRequest, token: string): Promise<Answer> {
    const { signal } = request;
    try {
      return await exchange(agent, toExchange(request, token, base.origin, prefix), signal);
    } catch (error) {
      if (error instanceof NotSent) throw permitWithdrawn(`${request.method} ${request.path}`);
      // Of a call that was given up nothing is known.
      if (error instanceof CutAnswer && !signal.aborted) return { ...error.head, body: undefined };
      throw toTransportError(error, request, signal);
    }
  }

  async function callVendor(request: CallRequest): Promise<CallAnswer> {
    const token = await tokenFor(request);
    const first = await send(request, token);
    if (first.status !== 401) return readAnswer(first, request, now());
    tokenSource.invalidate(token);
    const renewed = await tokenFor(request);
    const second = await send(request, renewed);
    if (second.status === 401) tokenSource.invalidate(renewed);
    return readAnswer(second, request, now());
  }

  return {
    breaker,
    rateLimiter,
    async ready(signal) {
      // An open breaker refuses; one that would let a call through is left to real calls: a token proves nothing to it.
      if (breaker.state === 'open') await breaker.run(() => Promise.resolve(), signal);
      await tokenSource.getToken(signal);
    },
    call: (request) => breaker.run(() => rateLimiter.run(() => callVendor(request), request.signal), request.signal),
    close: () => agent.close(),
  };
}

function toExchange(request: CallRequest, token: string, origin: string, prefix: string): ExchangeRequest {
  const { method, path, query = {}, body } = request;
  const { json = body === undefined ? undefined : JSON.stringify(body) } = request;
  const search = Object.entries(query).map(([name, value]) => `${encode(name)}=${encode(String(value))}`);
  const contentType = json === undefined ? {} : { 'content-type': 'application/json' };
  return {
    origin,
    path: `${prefix}${path}${search.length > 0 ? `?${search.join('&')}` : ''}`,
    method,
    headers: { authorization: `Bearer ${token}`, ...contentType },
    body: json,
    maySend: () => maySend(request.signal),
  };
}

const encode = (text: string) => encodeURIComponent(text.toWellFormed());
