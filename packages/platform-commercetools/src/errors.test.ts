import { inspect } from 'node:util';
import { PipelineError } from '@pipeline/streams';
import { describe, expect, test } from 'vitest';
import { toPlatformError } from './errors.ts';

const vendorBody = (statusCode: number, code: string, message = 'Text of the vendor.') => ({
  statusCode,
  message,
  errors: [{ code, message }],
});

/** As the SDK makes them: an Error with the status, and the body twice. */
function answered(statusCode: number, body: unknown, headers: Record<string, string> = {}) {
  const fields = { statusCode, body, error: body, headers, method: 'POST', uri: '/shop/orders/1?expand=x' };
  return Object.assign(new Error('SDK text'), fields);
}

/** As the SDK makes them: a plain object round an Error with status 0, which holds what was thrown. */
function silent(thrown: unknown) {
  return { body: null, error: Object.assign(new Error('SDK text'), { statusCode: 0, error: thrown, body: thrown }) };
}

const refused = () => new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }) });

describe('an answer with a status', () => {
  test.each([
    [401, 'invalid_token', 'auth', 'auth'],
    [403, 'insufficient_scope', 'auth', 'auth'],
    [404, 'ResourceNotFound', 'gone', 'gone'],
    [409, 'ConcurrentModification', 'conflict', 'conflict'],
    [429, 'TooManyRequests', 'throttled', 'throttled'],
    [400, 'InvalidOperation', 'permanent', 'permanent'],
    [413, 'ContentTooLarge', 'permanent', 'permanent'],
    [408, 'Timeout', 'transient', 'unknown-outcome'],
    [500, 'General', 'transient', 'unknown-outcome'],
    [502, 'BadGateway', 'transient', 'unknown-outcome'],
    [503, 'OverCapacity', 'transient', 'unknown-outcome'],
    [504, 'ExtensionNoResponse', 'transient', 'unknown-outcome'],
    [400, 'ExtensionBadResponse', 'transient', 'unknown-outcome'],
    [400, 'ExtensionNoResponse', 'transient', 'unknown-outcome'],
    [400, 'ExtensionUpdateActionsFailed', 'permanent', 'permanent'],
    [302, 'Moved', 'transient', 'unknown-outcome'],
  ])('%i %s is %s for a read and %s for a write', (status, code, forRead, forWrite) => {
    const error = answered(status, vendorBody(status, code));
    expect(toPlatformError(error, { write: false })).toMatchObject({ errorClass: forRead, code: expect.any(String) });
    expect(toPlatformError(error, { write: true })).toMatchObject({ errorClass: forWrite, httpStatus: status });
  });

  test.each([200, 400, 404, 408, 502, 504])('%i with a page of a proxy says nothing about the order', (status) => {
    const error = answered(status, '<html>erika@example.com</html>');
    expect(toPlatformError(error, { write: false }).errorClass).toBe('transient');
    const written = toPlatformError(error, { write: true });
    expect(written.errorClass).toBe('unknown-outcome');
    expect(inspect(written)).not.toContain('erika');
  });

  test('503 with Retry-After is throttled and says how long, also for a write, which is not known as not sent', () => {
    const error = answered(503, vendorBody(503, 'OverCapacity'), { 'retry-after': '3' });
    const mapped = toPlatformError(error, { write: true });
    expect(mapped).toMatchObject({ errorClass: 'throttled', retryAfterMs: 3_000, notSent: false });
  });

  test('the message names the vendor code, text, request and correlation id, in one short line', () => {
    const body = vendorBody(403, 'insufficient_scope', 'One of these scopes is missing:\n manage_orders:shop');
    const mapped = toPlatformError(answered(403, body, { 'x-correlation-id': 'c-1' }), { write: true });
    expect(mapped.message).toContain(
      '403 insufficient_scope to POST /shop/orders/1: One of these scopes is missing: manage_orders:shop',
    );
    expect(mapped.message).toContain('c-1');
    expect(mapped.message).not.toContain('\n');
    const long = toPlatformError(answered(400, vendorBody(400, 'InvalidInput', 'x'.repeat(5_000))), { write: true });
    expect(long.message.length).toBeLessThan(600);
  });

  test('a credential that a server quotes does not get into the message', () => {
    const body = vendorBody(401, 'invalid_token', 'Bad header: Bearer abc.def-1');
    expect(toPlatformError(answered(401, body), { write: false }).message).not.toContain('abc');
  });

  test.each([
    [{ errors: [null], message: 'x' }],
    [{ errors: {}, message: 'x' }],
    [{ errors: 'x', message: 7 }],
    [{ message: null }],
    [[]],
  ])('a body of an odd shape (%j) is no reason to fail', (body) => {
    expect(toPlatformError(answered(500, body), { write: false }).errorClass).toBe('transient');
  });
});

describe('no answer', () => {
  test('a refused connection is transient and not sent, also for a write', () => {
    expect(toPlatformError(silent(refused()), { write: true })).toMatchObject({
      errorClass: 'transient',
      notSent: true,
    });
  });

  test.each(['ENOTFOUND', 'EAI_AGAIN', 'CERT_HAS_EXPIRED', 'UND_ERR_CONNECT_TIMEOUT', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
    '%s happens before anything is sent',
    (code) => {
      const thrown = new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code }) });
      expect(toPlatformError(silent(thrown), { write: true })).toMatchObject({
        errorClass: 'transient',
        notSent: true,
      });
    },
  );

  test.each(['ECONNRESET', 'ETIMEDOUT', 'EHOSTUNREACH'])('%s counts as not sent only while connecting', (code) => {
    const at = (syscall: string) => silent(Object.assign(new Error('x'), { code, syscall }));
    expect(toPlatformError(at('connect'), { write: true })).toMatchObject({ errorClass: 'transient', notSent: true });
    expect(toPlatformError(at('read'), { write: true })).toMatchObject({
      errorClass: 'unknown-outcome',
      notSent: false,
    });
    expect(toPlatformError(at('read'), { write: false }).errorClass).toBe('transient');
  });

  test('an unreadable answer does not show what could not be read', () => {
    const error = silent(new SyntaxError('Unexpected token "<", "<p>erika@example.com" is not JSON'));
    const mapped = toPlatformError(error, { write: true });
    expect(mapped).toMatchObject({ errorClass: 'unknown-outcome', code: 'no-answer' });
    expect(inspect(mapped)).not.toContain('erika');
  });

  test.each([
    undefined,
    null,
    'text',
    7,
    {},
    { error: null },
    Object.assign(new Error('x'), { statusCode: undefined }),
  ])('whatever else is thrown (%j) is an unknown outcome for a write', (thrown) => {
    expect(toPlatformError(thrown, { write: true }).errorClass).toBe('unknown-outcome');
    expect(toPlatformError(thrown, { write: false }).errorClass).toBe('transient');
  });

  test('a chain of causes that bites its tail ends', () => {
    const error = new Error('x');
    error.cause = new Error('y', { cause: error });
    expect(toPlatformError(error, { write: false }).errorClass).toBe('transient');
  });

  test('an error of ours passes as it is, however the SDK wrapped it', () => {
    const own = new PipelineError('throttled', 'token-throttled', 'text');
    expect(toPlatformError(own, { write: true })).toBe(own);
    expect(toPlatformError(silent(own), { write: true })).toBe(own);
  });
});
