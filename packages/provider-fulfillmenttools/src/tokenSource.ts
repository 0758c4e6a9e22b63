import { PipelineError } from '@pipeline/streams';
import { type Dispatcher, request } from 'undici';
import { type Fields, toFields, toText } from './fields.ts';
import { toRetryAfterMs } from './http/retryAfter.ts';
import { toCause, toCode } from './http/transportErrors.ts';
import { unlessAborted } from './http/unlessAborted.ts';

/** Where the bearer token of a call comes from. */
export interface TokenSource {
  /**
   * A token that is good now, as far as we know; many callers share one sign-in. `signal` ends the caller's wait only.
   * @throws PipelineError with `notSent`: `auth` when the credentials are refused, `throttled`, `transient`.
   */
  getToken(signal: AbortSignal): Promise<string>;
  /** Call after a 401: this token is not given out again. A token that was replaced meanwhile changes nothing. */
  invalidate(token: string): void;
}

export interface PasswordTokenSourceOptions {
  readonly apiKey: string;
  readonly user: string;
  readonly password: string;
  /** Host of `/v1/accounts:signInWithPassword`. (Default: https://identitytoolkit.googleapis.com) */
  readonly signInUrl?: string;
  /** Host of `/v1/token`. (Default: https://securetoken.googleapis.com) */
  readonly tokenUrl?: string;
  /** For one sign-in or refresh, in milliseconds. (Default: 15,000) */
  readonly deadlineMs?: number;
  /** How long a refused sign-in is not tried again, in milliseconds. (Default: 5,000) */
  readonly cooldownMs?: number;
  readonly dispatcher?: Dispatcher;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
  /** 0 up to, not including, 1. */
  readonly random?: () => number;
}

interface Session {
  readonly token: string;
  readonly refreshToken: string | null;
  /** Monotonic milliseconds. */
  readonly refreshAt: number;
  readonly expiresAt: number;
}

/**
 * Signs in with user and password at Google's identity platform, as fulfillmenttools prescribes. Refreshes in the
 * background at about 80 % of a token's life; a refresh that is refused or fails in any way is followed by a sign-in.
 */
export function createPasswordTokenSource(options: PasswordTokenSourceOptions): TokenSource {
  const { now = () => performance.now(), random = Math.random, cooldownMs = 5_000 } = options;
  let session: Session | undefined;
  let usable = false;
  let flight: Promise<string> | undefined;
  let nextRefreshAt = 0;
  let refused: { readonly error: PipelineError; readonly until: number } | undefined;

  async function renew(): Promise<string> {
    const askedAt = now();
    try {
      const answer = await refreshOrSignIn(options, session?.refreshToken ?? null);
      const lifeMs = answer.expiresInSeconds * 1_000;
      const refreshAt = askedAt + lifeMs * (0.75 + random() * 0.1);
      session = { token: answer.token, refreshToken: answer.refreshToken, refreshAt, expiresAt: askedAt + lifeMs };
      nextRefreshAt = refreshAt;
      usable = true;
      refused = undefined;
      return answer.token;
    } catch (error) {
      if (error instanceof PipelineError && error.errorClass !== 'transient') {
        refused = { error, until: now() + Math.max(cooldownMs, error.retryAfterMs ?? 0) };
      }
      throw error;
    }
  }

  function shareRenewal(): Promise<string> {
    flight ??= renew().finally(() => {
      flight = undefined;
    });
    return flight;
  }

  return {
    async getToken(signal) {
      const at = now();
      if (session && usable && at < session.expiresAt) {
        if (at >= nextRefreshAt) {
          nextRefreshAt = at + cooldownMs;
          // The present token still works; a failure shows when it has expired.
          shareRenewal().catch(() => {});
        }
        return session.token;
      }
      if (refused && at < refused.until) throw refused.error;
      if (signal.aborted) throw givenUp();
      return unlessAborted(shareRenewal(), signal, givenUp);
    },
    invalidate(token) {
      if (session?.token === token) usable = false;
    },
  };
}

interface Tokens {
  readonly token: string;
  readonly refreshToken: string | null;
  readonly expiresInSeconds: number;
}

async function refreshOrSignIn(options: PasswordTokenSourceOptions, refreshToken: string | null): Promise<Tokens> {
  if (refreshToken !== null) {
    try {
      return await refresh(options, refreshToken);
    } catch {
      // A refresh token dies for many reasons (TOKEN_EXPIRED, INVALID_REFRESH_TOKEN, ...): the password still counts.
    }
  }
  return signIn(options);
}

async function signIn(options: PasswordTokenSourceOptions): Promise<Tokens> {
  const { user, password, signInUrl = 'https://identitytoolkit.googleapis.com' } = options;
  const body = JSON.stringify({ email: user, password, returnSecureToken: true });
  const answer = await post(options, `${trim(signInUrl)}/v1/accounts:signInWithPassword`, 'application/json', body);
  return toTokens(answer.idToken, answer.refreshToken, answer.expiresIn);
}

async function refresh(options: PasswordTokenSourceOptions, refreshToken: string): Promise<Tokens> {
  const { tokenUrl = 'https://securetoken.googleapis.com' } = options;
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }).toString();
  const answer = await post(options, `${trim(tokenUrl)}/v1/token`, 'application/x-www-form-urlencoded', body);
  return toTokens(answer.id_token, answer.refresh_token, answer.expires_in);
}

function toTokens(token: unknown, refreshToken: unknown, expiresIn: unknown): Tokens {
  const idToken = toText(token);
  if (idToken === null) throw failed('transient', 'sign-in-broken', 'gave no token');
  const seconds = Number(expiresIn);
  return { token: idToken, refreshToken: toText(refreshToken), expiresInSeconds: seconds > 0 ? seconds : 3_600 };
}

/** Neither the answer nor the address goes into an error: they hold tokens and the key. */
async function post(options: PasswordTokenSourceOptions, url: string, type: string, body: string): Promise<Fields> {
  const { apiKey, deadlineMs = 15_000, dispatcher } = options;
  let status: number;
  let retryAfter: number | undefined;
  let text: string;
  try {
    const response = await request(`${url}?key=${encodeURIComponent(apiKey)}`, {
      method: 'POST',
      headers: { 'content-type': type, accept: 'application/json' },
      body,
      signal: AbortSignal.timeout(deadlineMs),
      ...(dispatcher ? { dispatcher } : {}),
    });
    status = response.statusCode;
    retryAfter = toRetryAfterMs(first(response.headers['retry-after']), first(response.headers.date), Date.now());
    text = await response.body.text();
  } catch (error) {
    throw failed('transient', 'sign-in-unreachable', `got no answer (${toCode(error)})`, { cause: toCause(error) });
  }
  const answer = parse(text);
  if (status >= 200 && status < 300) return answer;
  throw toRefusal(status, answer, retryAfter);
}

/** Only Google's own error says that the credentials are wrong: a redirect or a page of a gateway says nothing. */
function toRefusal(status: number, answer: Fields, retryAfterMs: number | undefined): PipelineError {
  const reason = toReason(answer);
  const what = `was refused (${status} ${reason})`.replace(' )', ')');
  const waiting = retryAfterMs === undefined ? { httpStatus: status } : { httpStatus: status, retryAfterMs };
  if (status === 429 || /TOO_MANY_ATTEMPTS|QUOTA|RESOURCE_EXHAUSTED/.test(reason)) {
    return failed('throttled', 'sign-in-throttled', what, waiting);
  }
  if (status === 408 || status >= 500 || answer.error === undefined)
    return failed('transient', 'sign-in-unavailable', what, waiting);
  return failed('auth', 'sign-in-refused', `${what}; check FFT_API_KEY, FFT_API_USER and FFT_API_PASSWORD`, waiting);
}

/** The code at the start of Google's `error.message`, e.g. INVALID_LOGIN_CREDENTIALS; '' for anything else. */
function toReason(answer: Fields): string {
  const message = toText(toFields(answer.error).message) ?? '';
  return /^[A-Z][A-Z_]{2,63}(?=$|[\s:])/.exec(message)?.[0] ?? '';
}

function failed(
  errorClass: PipelineError['errorClass'],
  code: string,
  what: string,
  details: { readonly cause?: unknown; readonly httpStatus?: number; readonly retryAfterMs?: number } = {},
): PipelineError {
  const message = `The sign-in for fulfillmenttools ${what}.`;
  return new PipelineError(errorClass, code, message, { stage: 'call', notSent: true, ...details });
}

function parse(text: string): Fields {
  try {
    return toFields(JSON.parse(text));
  } catch {
    return {};
  }
}

const first = (header: string | string[] | undefined) => (Array.isArray(header) ? header[0] : header);
const trim = (url: string) => url.replace(/\/+$/, '');

const givenUp = () => failed('transient', 'sign-in-not-awaited', 'took longer than the call that needs it may wait');
