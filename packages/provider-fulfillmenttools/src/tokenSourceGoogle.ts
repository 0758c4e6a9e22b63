import { type Fields, toFields, toText } from './fields.ts';
import type { PipelineError } from '@pipeline/streams';
import {
  postForToken,
  type SignInAnswer,
  type SignInCalls,
  type ToFailure,
  toFailures,
  toOutage,
} from './tokenSourcePost.ts';

/** Google's identity platform, where users of a tenant sign in. */
export interface Google extends SignInCalls {
  readonly apiKey: string;
  /** Host of `/v1/accounts:…`. (Default: https://identitytoolkit.googleapis.com) */
  readonly signInUrl?: string;
  /** Host of `/v1/token`. (Default: https://securetoken.googleapis.com) */
  readonly tokenUrl?: string;
}

export interface Tokens {
  readonly token: string;
  readonly refreshToken: string | null;
  readonly expiresInSeconds: number;
}

const signInFailures = toFailures('The sign-in for fulfillmenttools', 'sign-in');
const exchangeFailures = toFailures(
  'The exchange of the identity provider’s token for one of fulfillmenttools (accounts:signInWithIdp)',
  'token-exchange',
);

/** User and password → tokens. @throws PipelineError with codes `sign-in-…`. */
export async function signIn(
  google: Google,
  { user, password }: { readonly user: string; readonly password: string },
): Promise<Tokens> {
  const body = { email: user, password, returnSecureToken: true };
  const check = 'check FFT_API_KEY, FFT_API_USER and FFT_API_PASSWORD';
  return toTokens(await postAccount(google, { name: 'signInWithPassword', body, toFailure: signInFailures, check }));
}

/**
 * The token of an identity provider → tokens of the service user that fulfillmenttools keeps for its client. The vendor
 * documents `postBody`; Google wants `requestUri` besides, which nothing is sent to.
 * @throws PipelineError with codes `token-exchange-…`.
 */
export async function exchange(
  google: Google,
  { token, providerId }: { readonly token: string; readonly providerId: string },
): Promise<Tokens> {
  const postBody = new URLSearchParams({ id_token: token, providerId }).toString();
  const body = { postBody, requestUri: 'http://localhost', returnSecureToken: true, returnIdpCredential: false };
  const check =
    'check FFT_API_KEY and FFT_IDP_PROVIDER_ID, and ask fulfillmenttools for the issuer, the audience and the client that they expect in the token';
  return toTokens(
    await postAccount(google, { name: 'signInWithIdp', body, toFailure: exchangeFailures, check }),
    exchangeFailures,
  );
}

/** @throws PipelineError with codes `sign-in-…`: only a reason to sign in again. */
export async function refresh(google: Google, refreshToken: string): Promise<Tokens> {
  const { tokenUrl = 'https://securetoken.googleapis.com', apiKey } = google;
  const answer = await postForToken(
    {
      url: `${trim(tokenUrl)}/v1/token?key=${encodeURIComponent(apiKey)}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }).toString(),
    },
    google,
    signInFailures,
  );
  const { id_token: idToken, refresh_token: next, expires_in: expiresIn } = unlessRefused(answer, signInFailures, '');
  return toTokens({ idToken, refreshToken: next, expiresIn });
}

interface AccountCall {
  readonly name: 'signInWithPassword' | 'signInWithIdp';
  readonly body: object;
  readonly toFailure: ToFailure;
  readonly check: string;
}

async function postAccount(google: Google, { name, body, toFailure, check }: AccountCall): Promise<Fields> {
  const { signInUrl = 'https://identitytoolkit.googleapis.com', apiKey } = google;
  const answer = await postForToken(
    {
      url: `${trim(signInUrl)}/v1/accounts:${name}?key=${encodeURIComponent(apiKey)}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    },
    google,
    toFailure,
  );
  return unlessRefused(answer, toFailure, check);
}

function toTokens({ idToken, refreshToken, expiresIn }: Fields, toFailure = signInFailures): Tokens {
  const token = toText(idToken);
  if (token === null) throw toFailure('transient', 'broken', 'gave no token');
  const seconds = Number(expiresIn);
  return { token, refreshToken: toText(refreshToken), expiresInSeconds: seconds > 0 ? seconds : 3_600 };
}

function unlessRefused(answer: SignInAnswer, toFailure: ToFailure, check: string): Fields {
  const { status, fields } = answer;
  if (status >= 200 && status < 300) return fields;
  throw toRefusal(answer, toFailure, check);
}

/** Only Google's own error says that the credentials are wrong: a redirect or a page of a gateway says nothing. */
function toRefusal(answer: SignInAnswer, toFailure: ToFailure, check: string): PipelineError {
  const { status, fields, retryAfterMs } = answer;
  const reason = toReason(fields);
  const what = `was refused (${status} ${reason})`.replace(' )', ')');
  const isQuota = /TOO_MANY_ATTEMPTS|QUOTA|RESOURCE_EXHAUSTED/.test(reason);
  const outage = toOutage(isQuota ? { ...answer, status: 429 } : answer, what, toFailure);
  if (outage) return outage;
  const details = { httpStatus: status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  if (fields.error === undefined) return toFailure('transient', 'unavailable', what, details);
  return toFailure('auth', 'refused', what, { ...details, next: check });
}

/** The code at the start of Google's `error.message`, e.g. INVALID_LOGIN_CREDENTIALS; '' for anything else. */
function toReason(answer: Fields): string {
  const message = toText(toFields(answer.error).message) ?? '';
  return /^[A-Z][A-Z_]{2,63}(?=$|[\s:])/.exec(message)?.[0] ?? '';
}

const trim = (url: string) => url.replace(/\/+$/, '');
