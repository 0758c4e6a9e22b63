import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { boundedFetch } from '../boundedFetch.ts';

export interface KeySetOptions {
  /** Of the issuer's JSON Web Key Set; a setting, never from a token. */
  readonly url: string;
  /** After a fetch that gave keys, none before this has passed, whatever key a token names. (Default: 30 s.) */
  readonly cooldownMs?: number;
  /** The same after a fetch that failed. (Default: 5 s.) */
  readonly retryMs?: number;
  /** Older keys are fetched again beside their use. (Default: 1 h.) */
  readonly staleAfterMs?: number;
  /** Older keys are not used any more. (Default: 24 h; Google changes keys after days.) */
  readonly maxAgeMs?: number;
  /** (Default: 3 s.) */
  readonly timeoutMs?: number;
  /** Monotonic milliseconds. (Default: performance.now.) */
  readonly now?: () => number;
  readonly onFetched?: (error?: unknown) => void;
}

/** The keys cannot be had, so nothing can be said about a token. The sender should try again. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError';
}

const maxBytes = 256 * 1_024;

/**
 * An issuer's keys, cached: an outage of the endpoint is harmless while there are keys, and no token makes us ask more
 * often than the cool-down allows. Requests that wait for keys share one fetch.
 * The function throws `KeysUnavailableError`, or `JWKSNoMatchingKey` of jose when the issuer has no such key.
 */
export function createKeySet(options: KeySetOptions): JWTVerifyGetKey {
  const { url, now = () => performance.now(), timeoutMs = 3_000, onFetched } = options;
  const { cooldownMs = 30_000, retryMs = 5_000, staleAfterMs = 3_600_000, maxAgeMs = 86_400_000 } = options;
  let held: { readonly find: JWTVerifyGetKey; readonly at: number } | undefined;
  let last: { readonly at: number; readonly failed: boolean } | undefined;
  let fetching: Promise<void> | undefined;

  const fetchKeys = async (): Promise<void> => {
    try {
      const keys = JSON.parse(await boundedFetch(url, { timeoutMs, maxBytes })) as JSONWebKeySet;
      held = { find: createLocalJWKSet(keys), at: now() };
      last = { at: now(), failed: false };
      onFetched?.();
    } catch (error) {
      last = { at: now(), failed: true };
      onFetched?.(error);
      throw new KeysUnavailableError('The keys of the issuer cannot be fetched.', { cause: error });
    }
  };
  const refresh = (): Promise<void> =>
    (fetching ??= fetchKeys().finally(() => {
      fetching = undefined;
    }));
  const mayFetch = (): boolean =>
    fetching !== undefined || last === undefined || now() - last.at >= (last.failed ? retryMs : cooldownMs);

  return async (header, token) => {
    const age = held === undefined ? Number.POSITIVE_INFINITY : now() - held.at;
    if (age > maxAgeMs) {
      if (!mayFetch()) throw new KeysUnavailableError('The keys of the issuer could not be fetched a moment ago.');
      await refresh();
    } else if (age > staleAfterMs && mayFetch()) refresh().catch(() => undefined);
    try {
      return await find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      // The issuer may have a new key.
      if (mayFetch()) await refresh();
      else if (last?.failed === true) throw new KeysUnavailableError('The keys of the issuer may have changed.');
      else throw error;
      return find(header, token);
    }
  };

  function find(...args: Parameters<JWTVerifyGetKey>): ReturnType<JWTVerifyGetKey> {
    if (held === undefined) throw new KeysUnavailableError('There are no keys of the issuer.');
    return held.find(...args);
  }
}
