import { PipelineError } from '@pipeline/streams';
import { toFields } from '../fields.ts';
import type { CallName } from './answerErrors.ts';

/** Codes of failures before a byte of a request left: name look-up, connect, TLS handshake, closed client. */
const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_CLOSED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_SSL_WRONG_VERSION_NUMBER',
]);

/** Codes that mean "not sent" only while connecting. */
const WHILE_CONNECTING = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EADDRNOTAVAIL']);

/**
 * A call that got no answer. Certainly not sent: `transient` with `notSent`, also for a write. Else `transient` for a
 * read and `unknown-outcome` for a write, the deadline included.
 */
export function toTransportError(error: unknown, call: CallName, signal: AbortSignal): PipelineError {
  const code = toCode(error);
  const name = `${call.method} ${call.path}`;
  const cause = toCause(error);
  if (isNotSent(error, code)) {
    const message = `${name} did not reach fulfillmenttools (${code}); check FFT_BASE_URL and the network.`;
    return new PipelineError('transient', 'provider-unreachable', message, { stage: 'call', notSent: true, cause });
  }
  const errorClass = call.write ? 'unknown-outcome' : 'transient';
  const next = call.write ? ' It may have taken effect: look before it is sent again.' : '';
  if (signal.aborted) {
    const message = `${name} was not answered by fulfillmenttools before its deadline or was given up.${next}`;
    return new PipelineError(errorClass, 'provider-timeout', message, { stage: 'call', cause });
  }
  const message = `${name}: the connection to fulfillmenttools failed before the answer was complete (${code}).${next}`;
  return new PipelineError(errorClass, 'provider-connection-lost', message, { stage: 'call', cause });
}

/** A call that was given up before anything was sent. */
export function toGivenUp(call: CallName): PipelineError {
  const message = `${call.method} ${call.path} was given up before it was sent to fulfillmenttools.`;
  return new PipelineError('transient', 'provider-not-called', message, { stage: 'call', notSent: true });
}

export function toCode(error: unknown): string {
  const code = error instanceof Error ? toFields(error).code : undefined;
  return typeof code === 'string' ? code : error instanceof Error ? error.name : 'no code';
}

function isNotSent(error: unknown, code: string): boolean {
  if (NOT_SENT.has(code)) return true;
  const attempts = error instanceof AggregateError ? error.errors : [error];
  return attempts.every((attempt) => {
    const { code: reason, syscall } = toFields(attempt);
    return (
      syscall === 'connect' && typeof reason === 'string' && (NOT_SENT.has(reason) || WHILE_CONNECTING.has(reason))
    );
  });
}

/** undici's parser error carries the bytes of the answer, which may be personal: not passed on. */
export function toCause(error: unknown): unknown {
  return error instanceof Error && !('data' in error) ? error : undefined;
}
