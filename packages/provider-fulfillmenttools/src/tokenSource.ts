import { PipelineError } from '@pipeline/streams';
import { unlessAborted } from './http/unlessAborted.ts';
import { exchange, type Google, refresh, signIn, type Tokens } from './tokenSourceGoogle.ts';
import { fetchClientToken, type IdentityProviderClient } from './tokenSourceIdp.ts';
import { signInFailure } from './tokenSourcePost.ts';

/** Where the bearer token of a call comes from. */
export interface TokenSource {
  /**
   * A token that is good now, as far as we know; many callers share one sign-in. `signal` ends the caller's wait only.
   * @throws PipelineError with `notSent`: `auth` when the credentials are refused, `throttled`, `transient`.
   */
  getToken(signal: AbortSignal): Promise<string>;
  /**
   * Call after a 401: this token is not given out again. The next one comes of a refresh; when that one is refused as
   * well, of a whole sign-in. A token that was replaced meanwhile changes nothing.
   */
  invalidate(token: string): void;
}

/** A user of the tenant. */
export interface PasswordCredentials {
  readonly user: string;
  readonly password: string;
}

/** A client of an identity provider that the tenant trusts: fulfillmenttools makes a service user for it. */
export interface ClientCredentials extends IdentityProviderClient {
  /** What the identity provider is called at fulfillmenttools: `oidc.external.<id>`. */
  readonly providerId: string;
}

export interface TokenSourceOptions extends Google {
  readonly credentials: PasswordCredentials | ClientCredentials;
  /** How long a refused sign-in is not tried again, in milliseconds. (Default: 5,000) */
  readonly cooldownMs?: number;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
  /** 0 up to, not including, 1. */
  readonly random?: () => number;
}

interface Session {
  readonly token: string;
  /** null: the next token comes of a whole sign-in. */
  readonly refreshToken: string | null;
  /** It replaced a token that was refused by the API. */
  readonly afterRefusal: boolean;
  /** Monotonic milliseconds. */
  readonly expiresAt: number;
}

/**
 * Signs in at Google's identity platform, as fulfillmenttools prescribes: with user and password, or with the token of an
 * identity provider. Refreshes in the background at about 80 % of a token's life; a refresh that is refused or fails in
 * any way is followed by a whole sign-in.
 */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { now = () => performance.now(), random = Math.random, cooldownMs = 5_000 } = options;
  let session: Session | undefined;
  let usable = false;
  let flight: Promise<string> | undefined;
  let nextRefreshAt = 0;
  let refused: { readonly error: PipelineError; readonly until: number } | undefined;

  async function renew(): Promise<string> {
    const askedAt = now();
    const afterRefusal = session !== undefined && !usable;
    try {
      const { token, refreshToken, expiresInSeconds } = await refreshOrSignIn(options, session?.refreshToken ?? null);
      const lifeMs = expiresInSeconds * 1_000;
      session = { token, refreshToken, afterRefusal, expiresAt: askedAt + lifeMs };
      nextRefreshAt = askedAt + lifeMs * (0.75 + random() * 0.1);
      usable = true;
      refused = undefined;
      return token;
    } catch (error) {
      if (error instanceof PipelineError && error.errorClass !== 'transient') {
        refused = { error, until: now() + Math.max(cooldownMs, error.retryAfterMs ?? 0) };
      }
      throw error;
    }
  }

  function shareRenewal(): Promise<string> {
    flight ??= renew().finally(() => {
      flight = undefined;
    });
    return flight;
  }

  return {
    async getToken(signal) {
      const at = now();
      if (session && usable && at < session.expiresAt) {
        if (at >= nextRefreshAt) {
          nextRefreshAt = at + cooldownMs;
          // The present token still works; a failure shows when it has expired.
          shareRenewal().catch(() => {});
        }
        return session.token;
      }
      if (refused && at < refused.until) throw refused.error;
      if (signal.aborted) throw givenUp();
      return unlessAborted(shareRenewal(), signal, givenUp);
    },
    invalidate(token) {
      if (session?.token !== token || !usable) return;
      usable = false;
      if (session.afterRefusal) session = { ...session, refreshToken: null };
    },
  };
}

async function refreshOrSignIn(options: TokenSourceOptions, refreshToken: string | null): Promise<Tokens> {
  if (refreshToken !== null) {
    try {
      return await refresh(options, refreshToken);
    } catch {
      // A refresh token dies for many reasons (TOKEN_EXPIRED, INVALID_REFRESH_TOKEN, ...): the credentials still count.
    }
  }
  const { credentials } = options;
  if ('password' in credentials) return signIn(options, credentials);
  return exchange(options, { ...credentials, token: await fetchClientToken(credentials, options) });
}

const givenUp = () =>
  signInFailure(
    'transient',
    'sign-in-not-awaited',
    'The sign-in for fulfillmenttools took longer than the call may wait.',
  );
