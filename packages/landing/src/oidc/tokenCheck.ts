import { errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Admission } from '../transports/transport.ts';
import { KeysUnavailableError } from './keySet.ts';

export interface TokenCheckOptions {
  readonly keys: JWTVerifyGetKey;
  /** What `aud` must be. */
  readonly audience: string;
  /** What `email` must be, verified. */
  readonly serviceAccount: string;
  /** Milliseconds since the epoch. (Default: Date.now.) */
  readonly now?: () => number;
}

/** Both forms occur in tokens of Google. */
const issuers = ['https://accounts.google.com', 'accounts.google.com'];

const skewSeconds = 30;
/** Google sends one token for up to an hour, so that few are checked with a key. */
const maxRemembered = 64;

/**
 * Value of the Authorization header → is it a token that Google signed for this endpoint and this service account?
 * Only RS256, so neither `none` nor an HMAC keyed with the public key. Never throws.
 */
export function createTokenCheck(
  options: TokenCheckOptions,
): (authorization: string | undefined) => Promise<Admission> {
  const { keys, audience, serviceAccount, now = () => Date.now() } = options;
  /** Tokens that were found good, until they expire. */
  const remembered = new Map<string, number>();

  return async (authorization) => {
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return 'unauthorized';
    const until = remembered.get(token);
    if (until !== undefined && now() < until) return 'admitted';
    remembered.delete(token);
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ['RS256'],
        issuer: issuers,
        audience,
        clockTolerance: skewSeconds,
        requiredClaims: ['exp', 'email'],
        currentDate: new Date(now()),
      });
      if (payload['email'] !== serviceAccount || payload['email_verified'] !== true) return 'unauthorized';
      if (remembered.size >= maxRemembered) remembered.delete(remembered.keys().next().value ?? '');
      remembered.set(token, (payload.exp ?? 0) * 1_000);
      return 'admitted';
    } catch (error) {
      if (error instanceof KeysUnavailableError) return 'keys-unavailable';
      if (error instanceof errors.JOSEError || error instanceof TypeError) return 'unauthorized';
      return 'keys-unavailable';
    }
  };
}
