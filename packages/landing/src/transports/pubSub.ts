import { createKeySet } from '../oidc/keySet.ts';
import { createTokenCheck, type TokenCheckOptions } from '../oidc/tokenCheck.ts';
import type { PushTransport, TransportObserver } from './transport.ts';

export interface PubSubOptions extends Pick<TokenCheckOptions, 'audience' | 'serviceAccount'> {
  readonly keysUrl: string;
  readonly observer?: TransportObserver;
}

/** A push subscription of Google Pub/Sub with authentication: an OIDC token in every request. */
export function createPubSubTransport({ audience, serviceAccount, keysUrl, observer }: PubSubOptions): PushTransport {
  const keys = createKeySet({ url: keysUrl, onFetched: (error) => observer?.keysFetched?.('oidc', error) });
  const check = createTokenCheck({ keys, audience, serviceAccount });
  return { admit: ({ headers }) => check(headers.authorization) };
}
