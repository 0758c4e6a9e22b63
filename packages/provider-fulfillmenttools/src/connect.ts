import { type ClientOptions, createFulfillmenttoolsClient, type GuardedFulfillmenttoolsClient } from './http/client.ts';
import { createTokenSource, type TokenSourceOptions } from './tokenSource.ts';

export type FulfillmenttoolsAccess = Pick<
  ClientOptions,
  'baseUrl' | 'requestTimeoutMs' | 'connections' | 'breaker' | 'rate'
> &
  Pick<TokenSourceOptions, 'apiKey' | 'credentials' | 'signInUrl' | 'tokenUrl'>;

/** A client that signs in by itself, as a technical user or as a client of an identity provider. */
export function connectFulfillmenttools(access: FulfillmenttoolsAccess): GuardedFulfillmenttoolsClient {
  const { baseUrl, requestTimeoutMs, connections, breaker, rate, ...signIn } = access;
  return createFulfillmenttoolsClient({
    baseUrl,
    ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }),
    ...(connections === undefined ? {} : { connections }),
    ...(breaker === undefined ? {} : { breaker }),
    ...(rate === undefined ? {} : { rate }),
    tokenSource: createTokenSource(signIn),
  });
}
