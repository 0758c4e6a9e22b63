import { given, type PartialSettingsOf } from '@pipeline/service-kit';
import { createKeySet } from '../oidc/keySet.ts';
import { createTokenCheck, type TokenCheckOptions } from '../oidc/tokenCheck.ts';
import type { pubSubSettings } from '../pushSettings.ts';
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

/** As the settings say, which were checked. */
export const toPubSubTransport = (
  settings: Pick<PartialSettingsOf<typeof pubSubSettings>, keyof typeof pubSubSettings>,
  { observer }: { readonly observer: TransportObserver },
): PushTransport =>
  createPubSubTransport({
    audience: given(settings, 'PUSH_OIDC_AUDIENCE'),
    serviceAccount: given(settings, 'PUSH_OIDC_SERVICE_ACCOUNT'),
    keysUrl: given(settings, 'PUSH_OIDC_KEYS_URL'),
    observer,
  });
