import { toText } from './fields.ts';
import { postForToken, type SignInCalls, toFailures, toOutage } from './tokenSourcePost.ts';

/** A client of an OAuth 2.0 authorization server. */
export interface IdentityProviderClient {
  /** Token endpoint. */
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Separated by blanks. (Default: none is asked for) */
  readonly scope?: string | undefined;
  /** For providers that want it in the request. (Default: none is asked for) */
  readonly audience?: string | undefined;
}

/** Providers hand out opaque tokens when no audience or scope is asked for: Google takes only a JWT. */
const jwt = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * The client's token, by the client-credentials grant (RFC 6749, 4.4), with the credentials in the Basic header, which
 * every server must take (2.3.1).
 * @throws PipelineError with codes `identity-provider-…`: `auth` for what it refuses and for a token that is no JWT,
 *   `throttled`, `transient`.
 */
export async function fetchClientToken(client: IdentityProviderClient, calls: SignInCalls): Promise<string> {
  const { tokenUrl, clientId, clientSecret, scope, audience } = client;
  const { origin, pathname } = new URL(tokenUrl);
  const toFailure = toFailures(
    `The token request at the identity provider (${origin}${pathname})`,
    'identity-provider',
  );
  const asked = { grant_type: 'client_credentials', ...(scope && { scope }), ...(audience && { audience }) };
  const answer = await postForToken(
    {
      url: tokenUrl,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from(`${toForm(clientId)}:${toForm(clientSecret)}`).toString('base64')}`,
      },
      body: new URLSearchParams(asked).toString(),
    },
    calls,
    toFailure,
  );
  const { status, fields } = answer;
  const what = `was refused (${status} ${toReason(fields.error)})`.replace(' )', ')');
  const outage = toOutage(answer, what, toFailure);
  if (outage) throw outage;
  const details = { httpStatus: status };
  if (status >= 400) {
    const next =
      'check FFT_IDP_TOKEN_URL, FFT_IDP_CLIENT_ID, FFT_IDP_CLIENT_SECRET, FFT_IDP_SCOPE and FFT_IDP_AUDIENCE';
    throw toFailure('auth', 'refused', what, { ...details, next });
  }
  const token = toText(fields.access_token);
  if (status !== 200 || token === null) throw toFailure('transient', 'broken', `gave no token (${status})`, details);
  if (jwt.test(token)) return token;
  throw toFailure('auth', 'broken', 'gave a token that is not a JWT', {
    ...details,
    next: 'ask for the scope or the audience of fulfillmenttools with FFT_IDP_SCOPE or FFT_IDP_AUDIENCE',
  });
}

/** Only a code as RFC 6749, 5.2 lists them: a description may quote what was sent. */
const toReason = (error: unknown): string => (typeof error === 'string' && /^[a-z_]{1,40}$/.test(error) ? error : '');

/** RFC 6749, 2.3.1: form-encoded before they are joined. */
const toForm = (text: string): string => new URLSearchParams({ _: text }).toString().slice(2);
