import { errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { refuse, type RefusalCode } from '../refusal.ts';
import type { Admission } from '../transports/transport.ts';

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
    if (token === undefined) return refuse('oidc-missing');
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
      if (payload['email'] !== serviceAccount || payload['email_verified'] !== true)
        return refuse('oidc-service-account');
      if (remembered.size >= maxRemembered) remembered.delete(remembered.keys().next().value ?? '');
      remembered.set(token, (payload.exp ?? 0) * 1_000);
      return 'admitted';
    } catch (error) {
      const isToken = error instanceof errors.JOSEError || error instanceof TypeError;
      return isToken ? refuse(toRefusal(error)) : { kind: 'refuse', reason: 'keys-unavailable', error };
    }
  };
}

const ofClaim: Readonly<Record<string, RefusalCode>> = {
  iss: 'oidc-issuer',
  aud: 'oidc-audience',
  exp: 'oidc-time',
  nbf: 'oidc-time',
  email: 'oidc-service-account',
};

/** jose's own messages may quote the token's content; its kinds of errors do not. */
function toRefusal(error: Error): RefusalCode {
  if (error instanceof errors.JWTExpired) return 'oidc-time';
  if (error instanceof errors.JWTClaimValidationFailed) return ofClaim[error.claim] ?? 'oidc-claims';
  if (error instanceof errors.JWKSNoMatchingKey) return 'oidc-key-unknown';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'oidc-signature';
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported) return 'oidc-algorithm';
  return 'oidc-malformed';
}
