import { PipelineError, isPipelineError, parseRetryAfter } from '@pipeline/streams';
import type { ErrorDetails } from '@pipeline/streams';
import { connectFailure } from './connectFailure.ts';

export interface CallKind {
  /** Does the call change something? Then a lost answer is an unknown outcome, not a reason to repeat. */
  readonly write: boolean;
}

/**
 * Maps whatever a call through the SDK rejected with to the class that says what happens next. The result holds the
 * vendor's code and message (capped), status and correlation id; never a body, a header, a token or the SDK's error.
 *
 * The SDK rejects with an error object for an answer with a status, and with a plain object `{ body, error }` whose
 * status is 0 or undefined when there was no answer (`@commercetools/ts-client` 5.0.3, `executeRequest`).
 */
export function toPlatformError(error: unknown, call: CallKind): PipelineError {
  const own = causes(error).find(isPipelineError);
  if (own) return own;
  const failure = toFailure(error);
  const status = failure.statusCode;
  return status ? fromAnswer({ failure, status, call }) : fromSilence(error, { ...call, request: describe(failure) });
}

/**
 * No usable answer: the connection was refused, cut, or the answer was not readable.
 * A write that never left this machine is `transient` and `notSent`.
 */
export function fromSilence(error: unknown, call: CallKind & { readonly request: string }): PipelineError {
  const refused = connectFailure(causes(error));
  if (refused) {
    const text = `No connection to commercetools for ${call.request} (${refused}); nothing was sent. It is tried again; check the host and the network.`;
    return new PipelineError('transient', 'unreachable', text, { stage: 'call', notSent: true });
  }
  const reason = causes(error).map(toCode).find(Boolean) ?? 'no status';
  return lost({ request: call.request, code: 'no-answer', why: `gave no usable answer (${reason})` }, call);
}

/** An answer that did not come, or that says nothing about what was done. */
export function lost(
  what: { readonly request: string; readonly code: string; readonly why: string },
  call: CallKind,
  details: ErrorDetails = {},
): PipelineError {
  const next = call.write ? 'It may have been applied: read the order before writing again.' : 'It is tried again.';
  const text = `commercetools: ${what.request} ${what.why}. ${next}`;
  return new PipelineError(call.write ? 'unknown-outcome' : 'transient', what.code, text, {
    stage: 'call',
    ...details,
  });
}

/** The caller's signal ended before anything was sent. */
export function notStarted(request: string): PipelineError {
  const text = `commercetools: ${request} was given up by its caller before it was sent.`;
  return new PipelineError('transient', 'aborted', text, { stage: 'call', notSent: true });
}

/** What the SDK's error objects have that we read. */
interface Failure {
  readonly statusCode?: number;
  readonly method?: string;
  readonly uri?: string;
  readonly headers?: Readonly<Record<string, unknown>> | null;
  readonly body?: unknown;
}

interface VendorError {
  readonly message?: unknown;
  readonly error?: unknown;
  readonly errors?: readonly {
    readonly code?: unknown;
    readonly message?: unknown;
    /** Where InvalidJsonInput says what it is about. */
    readonly detailedErrorMessage?: unknown;
  }[];
}

/**
 * An API Extension of the shop was broken or too slow, which its next answer need not be: whatever the status, it is no
 * refusal. (docs.commercetools.com/api/errors names the codes only.)
 */
const extensionFailures: ReadonlySet<string> = new Set(['ExtensionBadResponse', 'ExtensionNoResponse']);

function fromAnswer({ failure, status, call }: { failure: Failure; status: number; call: CallKind }): PipelineError {
  const vendor = toVendorError(failure.body);
  const code = vendorCode(vendor) ?? `http-${status}`;
  const request = describe(failure);
  const what = `commercetools answered ${status} ${code} to ${request}${vendorText(vendor)}${correlation(failure)}`;
  const retryAfterMs = parseRetryAfter(header(failure, 'retry-after'), { date: header(failure, 'date') });
  const details = { stage: 'call', httpStatus: status } as const;
  const waiting = retryAfterMs === undefined ? details : { ...details, retryAfterMs };

  if (status === 401) {
    const text = `${what}. A new token did not help: check the API client's id, secret and project.`;
    return new PipelineError('auth', code, text, { ...details, notSent: true });
  }
  if (status === 403) {
    const text = `${what}. Give the API client the missing scope.`;
    return new PipelineError('auth', code, text, { ...details, notSent: true });
  }
  if (status === 409) return new PipelineError('conflict', code, `${what}. Read the order and compute again.`, details);
  if (status === 429)
    return new PipelineError('throttled', code, `${what}. It is tried again, slower.`, { ...waiting, notSent: true });
  if (status === 503 && retryAfterMs !== undefined)
    return new PipelineError('throttled', code, `${what}. It is tried again, slower.`, waiting);
  // Only commercetools itself may say that something is refused or gone; a page of a proxy says nothing.
  if (vendor && status === 404) return new PipelineError('gone', code, `${what}.`, details);
  if (vendor && status >= 400 && status < 500 && status !== 408 && !extensionFailures.has(code))
    return new PipelineError('permanent', code, `${what}. Correct what was sent, then redrive.`, details);
  const why = `was answered with ${status}${vendor ? ` ${code}` : ', not by commercetools'}${vendorText(vendor)}${correlation(failure)}`;
  return lost({ request, code, why }, call, waiting);
}

function toFailure(error: unknown): Failure {
  if (error instanceof Error || !isRecord(error)) return (error ?? {}) as Failure;
  return (isRecord(error['error']) ? error['error'] : error) as Failure;
}

/** The error and what it wraps, outermost first. The SDK wraps in `error`, everything else in `cause`. */
function causes(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let at = error; isRecord(at) && chain.length < 10 && !chain.includes(at); ) {
    chain.push(at);
    at = isRecord(at['error']) ? at['error'] : at['cause'];
  }
  return chain;
}

/** Only names and codes: an error's message may quote a body. */
function toCode(error: unknown): string | undefined {
  if (!isRecord(error)) return undefined;
  if (typeof error['code'] === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(error['code'])) return error['code'];
  return error['name'] === 'SyntaxError' ? 'not JSON' : undefined;
}

function toVendorError(body: unknown): VendorError | undefined {
  return isRecord(body) && (typeof body['message'] === 'string' || Array.isArray(body['errors']))
    ? (body as VendorError)
    : undefined;
}

function vendorCode(vendor: VendorError | undefined): string | undefined {
  const code = vendor?.errors?.[0]?.code ?? vendor?.error;
  return typeof code === 'string' && /^[\w.-]{1,80}$/.test(code) ? code : undefined;
}

function vendorText(vendor: VendorError | undefined): string {
  const details = Array.isArray(vendor?.errors) ? vendor.errors : [];
  const texts = [vendor?.message, ...details.flatMap((each) => [each?.message, each?.detailedErrorMessage])];
  const distinct = [...new Set(texts.filter((each) => typeof each === 'string'))].join(' ');
  return distinct ? `: ${plain(distinct)}` : '';
}

/** One line, capped, without credentials that a server may quote. */
export function plain(text: string): string {
  const line = text.replaceAll(/\b(bearer|basic)\s+\S+/gi, '$1 ***').replaceAll(/[\s\p{Cc}]+/gu, ' ');
  return line.length > 300 ? `${line.slice(0, 299)}…` : line.replace(/[.\s]+$/, '');
}

function correlation(failure: Failure): string {
  const id = header(failure, 'x-correlation-id');
  return id && /^[\w./:-]{1,128}$/.test(id) ? ` (correlation id ${id})` : '';
}

function header(failure: Failure, name: string): string | undefined {
  const value = failure.headers?.[name];
  return typeof value === 'string' ? value : undefined;
}

function describe(failure: Failure): string {
  const path = typeof failure.uri === 'string' ? failure.uri.split('?')[0] : undefined;
  return [failure.method, path].filter(Boolean).join(' ') || 'the call';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
