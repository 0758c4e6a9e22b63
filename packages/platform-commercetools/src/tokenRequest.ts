import { PipelineError, isPipelineError, parseRetryAfter } from '@pipeline/streams';
import type { ErrorClass, ErrorDetails } from '@pipeline/streams';
import { notStarted, plain } from './errors.ts';
import type { Answer, RequestInit } from './httpClient.ts';

const waiting = 'a call that needed a token';

type Exchange = (url: string, init: RequestInit) => Promise<Answer>;

/**
 * Makes concurrent token requests one: each caller of the SDK with no valid token asks for its own
 * (`@commercetools/ts-client` 5.0.3 passes the pending promise by value; 50 cold calls were 50 token requests).
 *
 * A caller whose signal ends stops waiting; the request goes on for the others, within its own deadline.
 * Every failure is `notSent`: the call that needed the token was not made.
 */
export function createTokenRequest(exchange: Exchange) {
  const pending = new Map<string, Promise<Answer>>();

  return async (url: string, init: RequestInit, signal: AbortSignal | undefined): Promise<Answer> => {
    if (signal?.aborted) throw notStarted(waiting);
    const key = `${url} ${init.body}`;
    let answer = pending.get(key);
    if (!answer) {
      answer = request(exchange, url, init).finally(() => pending.delete(key));
      pending.set(key, answer);
    }
    return unlessAborted(answer, signal);
  };
}

async function request(exchange: Exchange, url: string, init: RequestInit): Promise<Answer> {
  let answer: Answer;
  try {
    answer = await exchange(url, init);
  } catch (error) {
    const why = isPipelineError(error) ? error.code : 'unexpected';
    throw refused('transient', `token-${why}`, `No token from ${url} (${why}). It is tried again.`);
  }
  const body = parseObject(await answer.text());
  if (answer.status >= 200 && answer.status < 300 && typeof body?.['access_token'] === 'string') return answer;
  throw fromRefusal(url, answer, body);
}

function fromRefusal(url: string, answer: Answer, body: Record<string, unknown> | undefined): PipelineError {
  const { status } = answer;
  const reason = typeof body?.['error'] === 'string' ? ` ${plain(body['error']).slice(0, 80)}` : '';
  const what = `The token request to ${url} was answered with ${status}${reason}`;
  const retryAfterMs = parseRetryAfter(answer.headers.get('retry-after'), { date: answer.headers.get('date') });
  if (status === 429 || (status === 503 && retryAfterMs !== undefined)) {
    const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
    return refused('throttled', 'token-throttled', `${what}. It is tried again, slower.`, {
      httpStatus: status,
      ...wait,
    });
  }
  if (body && (status === 400 || status === 401 || status === 403)) {
    const next = 'Check the API client: its id, secret, scopes and project.';
    return refused('auth', 'token-refused', `${what}. ${next}`, { httpStatus: status });
  }
  return refused('transient', 'token-unavailable', `${what}. It is tried again.`, { httpStatus: status });
}

function refused(errorClass: ErrorClass, code: string, text: string, details: ErrorDetails = {}): PipelineError {
  return new PipelineError(errorClass, code, text, { stage: 'call', notSent: true, ...details });
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function unlessAborted<Result>(result: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (!signal) return result;
  return new Promise((resolve, reject) => {
    const abort = () => reject(notStarted(waiting));
    signal.addEventListener('abort', abort, { once: true });
    result.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
