import { Agent, type Dispatcher, request } from 'undici';
import { PipelineError } from '../errors.ts';

/** How to get a token from an OAuth 2.0 authorization server with the client-credentials grant (RFC 6749, 4.4). */
export interface OAuthClient {
  /** Token endpoint. */
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Separated by blanks. (Default: what the server gives to this client) */
  readonly scope?: string | undefined;
  /** Certificate authority of the token endpoint, PEM. (Default: those of Node) */
  readonly ca?: string | undefined;
  /** SASL extensions that go to the broker with each token, e.g. `logicalCluster`. (Default: none) */
  readonly extensions?: Readonly<Record<string, string>> | undefined;
}

export interface OAuthTokenOptions {
  /** One deadline for connect, answer and body, milliseconds. (Default: 10,000) */
  readonly deadlineMs?: number;
  /** Milliseconds of a clock that does not jump. (Default: performance.now) */
  readonly now?: () => number;
}

/** What kafkajs wants of an `oauthBearerProvider`. */
export interface BearerToken {
  readonly value: string;
  readonly extensions?: Record<string, string>;
}

/** Where an answer does not say how long its token lives. */
const UNSTATED_LIFE_SECONDS = 60;
/** Of a token's life, after which it is replaced. kafkajs signs in again 10 s before the broker ends a session. */
const USED_SHARE = 0.8;

/**
 * Returns what kafkajs calls each time that a connection signs in: the token at hand until four fifths of its life, then
 * a new one, asked for once however many connections wait. While the server does not answer, the old one serves until
 * it expires.
 *
 * It rejects with a PipelineError, `auth` `kafka-token-refused` or `transient` `kafka-token-unavailable`.
 */
export function createOAuthTokenProvider(
  client: OAuthClient,
  { deadlineMs = 10_000, now = () => performance.now() }: OAuthTokenOptions = {},
): () => Promise<BearerToken> {
  const dispatcher = client.ca === undefined ? undefined : new Agent({ connect: { ca: client.ca } });
  let token: { readonly value: string; readonly replaceAt: number; readonly expiresAt: number } | undefined;
  let renewal: Promise<string> | undefined;

  async function renew(): Promise<string> {
    const askedAt = now();
    const { value, lifeMs } = await fetchToken(client, deadlineMs, dispatcher);
    token = { value, replaceAt: askedAt + lifeMs * USED_SHARE, expiresAt: askedAt + lifeMs };
    return value;
  }

  async function current(): Promise<string> {
    if (token && now() < token.replaceAt) return token.value;
    renewal ??= renew().finally(() => (renewal = undefined));
    try {
      return await renewal;
    } catch (error) {
      if (token && now() < token.expiresAt) return token.value;
      throw error;
    }
  }

  return async () => ({
    value: await current(),
    ...(client.extensions ? { extensions: { ...client.extensions } } : {}),
  });
}

async function fetchToken(
  { tokenUrl, clientId, clientSecret, scope }: OAuthClient,
  deadlineMs: number,
  dispatcher: Dispatcher | undefined,
): Promise<{ value: string; lifeMs: number }> {
  const credentials = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...(scope ? { scope } : {}) });
  let status: number;
  let text: string;
  try {
    const response = await request(tokenUrl, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: body.toString(),
      signal: AbortSignal.timeout(deadlineMs),
      ...(dispatcher ? { dispatcher } : {}),
    });
    status = response.statusCode;
    text = await response.body.text();
  } catch (error) {
    throw failed('transient', tokenUrl, `gave no answer within ${deadlineMs} ms (${reasonOf(error)})`);
  }
  const answer = toFields(text);
  if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
    throw failed('auth', tokenUrl, `refuses the client (${status}${oauthErrorOf(answer)})`);
  }
  const { access_token: value, expires_in: seconds } = answer;
  if (status !== 200 || typeof value !== 'string' || value === '') {
    throw failed('transient', tokenUrl, `gave no token (${status}${oauthErrorOf(answer)})`);
  }
  return { value, lifeMs: (Number(seconds) > 0 ? Number(seconds) : UNSTATED_LIFE_SECONDS) * 1_000 };
}

/** The cause is left out: undici's errors hold the request's headers. */
function failed(errorClass: 'auth' | 'transient', tokenUrl: string, what: string): PipelineError {
  const { origin, pathname } = new URL(tokenUrl);
  const [code, next] =
    errorClass === 'auth'
      ? (['kafka-token-refused', 'Check the client id, its secret and the scope.'] as const)
      : ([
          'kafka-token-unavailable',
          'Check the address, its certificate authority and the server; it is asked again.',
        ] as const);
  const message = `The token endpoint ${origin}${pathname} ${what}. ${next}`;
  return new PipelineError(errorClass, code, message, { notSent: true });
}

function toFields(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Only a code as RFC 6749, 5.2 lists them: a description may quote what was sent. */
function oauthErrorOf({ error }: Readonly<Record<string, unknown>>): string {
  return typeof error === 'string' && /^[a-z_]{1,40}$/.test(error) ? ` ${error}` : '';
}

function reasonOf(error: unknown): string {
  const { name, code } = error as { name?: unknown; code?: unknown };
  return typeof code === 'string' ? code : String(name);
}
