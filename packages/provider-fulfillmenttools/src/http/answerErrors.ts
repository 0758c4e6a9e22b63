import { toText } from '@pipeline/http-exchange';
import { type ErrorClass, type JsonShape, parseRetryAfter, parseSparsely, PipelineError } from '@pipeline/streams';
import { isVersionConflict, toVendorText } from './vendorText.ts';

/** What a call is, for what its answer means and the text of its error. `path` holds ids, never a query. */
export interface CallName {
  readonly method: string;
  readonly path: string;
  /** Does it change anything at the vendor? */
  readonly write: boolean;
  /** What the user needs for it, as the vendor's API description names it. */
  readonly permission?: string;
  /** What is read of an answer that says yes; the rest may be missing. (Default: all) */
  readonly reads?: JsonShape;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** undefined: it was cut. */
  readonly body: Buffer | undefined;
}

export interface CallAnswer {
  readonly status: number;
  /** The parsed JSON, or what `reads` wants of it; undefined when the answer has no body. */
  readonly body: unknown;
}

/**
 * What an answer means. Returns the body of a 2xx, or the part of it that `call.reads` wants. `now` is in milliseconds
 * since the epoch.
 * @throws PipelineError for everything else, of the class that says what to do, with the vendor's own words. `notSent`
 * is set where the vendor certainly did nothing (401, 403, 429).
 */
export function readAnswer(answer: Answer, call: CallName, now: number): CallAnswer {
  const { status } = answer;
  const body = parse(answer.body, status < 300 ? call.reads : undefined);
  const retryAfterMs = parseRetryAfter(header(answer, 'retry-after'), { date: header(answer, 'date'), now });
  const verdict = judge(answer, body, call, retryAfterMs !== undefined);
  if (verdict === undefined) return { status, body };
  const { errorClass, code, notSent = false } = verdict;
  throw new PipelineError(errorClass, code, toMessage(call, status, verdict, toVendorText(body)), {
    stage: 'call',
    httpStatus: status,
    notSent,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

interface Verdict {
  readonly errorClass: ErrorClass;
  readonly code: string;
  readonly what: string;
  readonly next?: string;
  readonly notSent?: true;
}

/**
 * undefined: all is well. A 503 may come after the work was done, so a write that got one is `unknown-outcome` also with
 * Retry-After; a read is `throttled` then. A 404 that is not JSON is a gateway's or a wrong address's: nothing is gone.
 */
function judge(
  { status, body: bytes }: Answer,
  body: unknown,
  { write, permission }: CallName,
  mayRetry: boolean,
): Verdict | undefined {
  const unclear = write ? 'unknown-outcome' : 'transient';
  if (status === 401) return UNAUTHORIZED;
  if (status === 403) return toForbidden(permission);
  if (status === 429) return { ...THROTTLED, notSent: true };
  if (status === 503 && mayRetry && !write) return THROTTLED;
  if (status === 408 || status >= 500)
    return { errorClass: unclear, code: 'provider-unavailable', what: 'failed at the vendor' };
  if (bytes === undefined) return { errorClass: unclear, ...CUT };
  if (status === 404) return body === NOT_JSON ? { errorClass: unclear, ...ELSEWHERE } : GONE;
  if (status === 409 && isVersionConflict(body)) return CONFLICT;
  if (status >= 400) return REFUSED;
  return status >= 200 && status < 300 && body !== NOT_JSON ? undefined : { errorClass: unclear, ...CUT };
}

const UNAUTHORIZED: Verdict = {
  errorClass: 'auth',
  code: 'provider-unauthorized',
  what: 'refused two tokens in a row',
  next: 'check that who signs in (FFT_API_USER or FFT_IDP_CLIENT_ID) may use this tenant, and FFT_BASE_URL',
  notSent: true,
};
const toForbidden = (permission = 'the permission for this call'): Verdict => ({
  errorClass: 'auth',
  code: 'provider-forbidden',
  what: 'lacks a permission',
  next: `give who signs in (FFT_API_USER or FFT_IDP_CLIENT_ID) a role with ${permission}`,
  notSent: true,
});
const THROTTLED: Verdict = { errorClass: 'throttled', code: 'provider-throttled', what: 'was put off' };
const CONFLICT: Verdict = {
  errorClass: 'conflict',
  code: 'provider-conflict',
  what: 'named an old version',
  next: 'read again and decide anew',
};
const GONE: Verdict = { errorClass: 'gone', code: 'provider-not-found', what: 'found nothing' };
const REFUSED: Verdict = { errorClass: 'permanent', code: 'provider-refused', what: 'was refused' };
const CUT = { code: 'provider-answer-broken', what: 'got an answer that is cut or not JSON' };
const ELSEWHERE = {
  code: 'provider-answer-broken',
  what: 'reached something that is not the API',
  next: 'check FFT_BASE_URL',
};

const NOT_JSON = Symbol('not JSON');

function parse(bytes: Buffer | undefined, reads: JsonShape | undefined): unknown {
  if (bytes === undefined) return undefined;
  const read = reads && parseSparsely(bytes, reads);
  if (read) return read;
  const text = toText(bytes);
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return NOT_JSON;
  }
}

function header(answer: Answer, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function toMessage(call: CallName, status: number, { what, next }: Verdict, vendorText: string): string {
  const words = vendorText === '' ? '' : `: ${vendorText}`;
  return `${call.method} ${call.path} at fulfillmenttools ${what} (${status})${words}${next === undefined ? '' : `; ${next}`}.`;
}
