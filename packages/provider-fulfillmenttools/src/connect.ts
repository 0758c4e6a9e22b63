import { type ClientOptions, createFulfillmenttoolsClient, type GuardedFulfillmenttoolsClient } from './http/client.ts';
import { createPasswordTokenSource, type PasswordTokenSourceOptions } from './tokenSource.ts';

export type FulfillmenttoolsAccess = Pick<
  ClientOptions,
  'baseUrl' | 'requestTimeoutMs' | 'connections' | 'breaker' | 'rate'
> &
  Pick<PasswordTokenSourceOptions, 'apiKey' | 'user' | 'password' | 'signInUrl' | 'tokenUrl'>;

/** A client that signs in by itself, with the API key, user and password of a technical user. */
export function connectFulfillmenttools(access: FulfillmenttoolsAccess): GuardedFulfillmenttoolsClient {
  const { baseUrl, requestTimeoutMs, connections, breaker, rate, ...credentials } = access;
  return createFulfillmenttoolsClient({
    baseUrl,
    ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }),
    ...(connections === undefined ? {} : { connections }),
    ...(breaker === undefined ? {} : { breaker }),
    ...(rate === undefined ? {} : { rate }),
    tokenSource: createPasswordTokenSource(credentials),
  });
}
