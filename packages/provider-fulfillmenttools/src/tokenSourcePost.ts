import { parseRetryAfter, PipelineError } from '@pipeline/streams';
import { type Dispatcher, request } from 'undici';
import { type Fields, toFields } from './fields.ts';
import { toCause, toCode } from './http/transportErrors.ts';

/** How the endpoints of a sign-in are called. */
export interface SignInCalls {
  /** For one call, in milliseconds. (Default: 15,000) */
  readonly deadlineMs?: number;
  readonly dispatcher?: Dispatcher;
}

export interface SignInRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SignInAnswer {
  readonly status: number;
  /** What the body holds, where it is a JSON object. */
  readonly fields: Fields;
  readonly retryAfterMs: number | undefined;
}

/** What went wrong at an endpoint; `next` is what to check. */
export type ToFailure = (
  errorClass: PipelineError['errorClass'],
  code: SignInFailureCode,
  what: string,
  details?: FailureDetails,
) => PipelineError;

export type SignInFailureCode = 'refused' | 'throttled' | 'unavailable' | 'unreachable' | 'broken';

interface FailureDetails {
  readonly cause?: unknown;
  readonly httpStatus?: number;
  readonly retryAfterMs?: number;
  /** What to check, a part of a sentence. */
  readonly next?: string;
}

/** One POST. Neither the answer nor the query of the address goes into an error: they hold tokens and the key. */
export async function postForToken(
  { url, headers, body }: SignInRequest,
  { deadlineMs = 15_000, dispatcher }: SignInCalls,
  toFailure: ToFailure,
): Promise<SignInAnswer> {
  try {
    const response = await request(url, {
      method: 'POST',
      headers: { accept: 'application/json', ...headers },
      body,
      signal: AbortSignal.timeout(deadlineMs),
      ...(dispatcher ? { dispatcher } : {}),
    });
    const { 'retry-after': retryAfter, date } = response.headers;
    return {
      status: response.statusCode,
      retryAfterMs: parseRetryAfter(first(retryAfter), { date: first(date) }),
      fields: parse(await response.body.text()),
    };
  } catch (error) {
    const next = 'check the address, the network and the certificates';
    throw toFailure('transient', 'unreachable', `got no answer (${toCode(error)})`, { cause: toCause(error), next });
  }
}

/** 408, 429 and 5xx: not about who asks. undefined: something else. */
export function toOutage(
  { status, retryAfterMs }: Pick<SignInAnswer, 'status' | 'retryAfterMs'>,
  what: string,
  toFailure: ToFailure,
): PipelineError | undefined {
  const details = { httpStatus: status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  if (status === 429) return toFailure('throttled', 'throttled', what, details);
  return status === 408 || status >= 500 ? toFailure('transient', 'unavailable', what, details) : undefined;
}

/** Failures of the endpoint that `endpoint` names, e.g. `The sign-in for …`, with codes that begin with `prefix`. */
export const toFailures =
  (endpoint: string, prefix: string): ToFailure =>
  (errorClass, code, what, { next, ...details } = {}) =>
    signInFailure(
      errorClass,
      `${prefix}-${code}`,
      `${endpoint} ${what}${next === undefined ? '' : `; ${next}`}.`,
      details,
    );

/** Whatever fails before there is a token: the call that needs it was not sent. */
export const signInFailure = (
  errorClass: PipelineError['errorClass'],
  code: string,
  message: string,
  details: Omit<FailureDetails, 'next'> = {},
): PipelineError => new PipelineError(errorClass, code, message, { stage: 'call', notSent: true, ...details });

function parse(text: string): Fields {
  try {
    return toFields(JSON.parse(text));
  } catch {
    return {};
  }
}

const first = (header: string | string[] | undefined) => (Array.isArray(header) ? header[0] : header);
