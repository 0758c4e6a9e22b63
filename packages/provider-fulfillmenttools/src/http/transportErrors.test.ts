import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { toTransportError } from './transportErrors.ts';

const write = { method: 'POST', path: '/api/orders', write: true };
const alive = new AbortController().signal;
const withCode = (code: string, more: object = {}) => Object.assign(new Error('failed'), { code, ...more });

test.each([
  ['a name that does not resolve', withCode('ENOTFOUND', { syscall: 'getaddrinfo' })],
  ['a resolver that does not answer', withCode('EAI_AGAIN')],
  ['a refused connection', withCode('ECONNREFUSED', { syscall: 'connect' })],
  ['a connect timeout', withCode('UND_ERR_CONNECT_TIMEOUT')],
  ['a certificate for another host', withCode('ERR_TLS_CERT_ALTNAME_INVALID')],
  ['a self-signed certificate', withCode('DEPTH_ZERO_SELF_SIGNED_CERT')],
  ['an unreachable host', withCode('EHOSTUNREACH', { syscall: 'connect' })],
  [
    'several addresses that all failed while connecting',
    Object.assign(
      new AggregateError([
        withCode('ECONNREFUSED', { syscall: 'connect' }),
        withCode('ENETUNREACH', { syscall: 'connect' }),
      ]),
      { code: 'ETIMEDOUT' },
    ),
  ],
])('%s leaves a write certainly unsent, deadline or not', (_name, error) => {
  for (const signal of [alive, AbortSignal.abort()]) {
    expect(toTransportError(error, write, signal)).toMatchObject({ errorClass: 'transient', notSent: true });
  }
});

test.each([
  ['a reset', withCode('ECONNRESET', { syscall: 'read' })],
  ['a closed socket', withCode('UND_ERR_SOCKET')],
  ['a timeout of the headers', withCode('UND_ERR_HEADERS_TIMEOUT')],
  ['a host that became unreachable', withCode('EHOSTUNREACH', { syscall: 'read' })],
  ['a destroyed client', withCode('UND_ERR_DESTROYED')],
  ['an empty aggregate', new AggregateError([withCode('ECONNRESET')])],
  ['something that is no error', 'oops'],
])('%s may have come after the write took effect', (_name, error) => {
  expect(toTransportError(error, write, alive)).toMatchObject({ errorClass: 'unknown-outcome', notSent: false });
  expect(toTransportError(error, { ...write, write: false }, alive)).toMatchObject({ errorClass: 'transient' });
});

test('the bytes of an answer that could not be parsed are not passed on', () => {
  const error = toTransportError(withCode('HPE_INVALID', { data: 'Ada Byron' }), write, alive);
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('Ada');
});
