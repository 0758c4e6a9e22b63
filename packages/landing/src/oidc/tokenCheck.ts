import { hash } from 'node:crypto';
import { PipelineError } from '@pipeline/streams';
import { errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { type Refusal, refuse, type RefusalCode } from '../refusal.ts';
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
/** Requests whose token is being checked, for which keys may have to be fetched: anybody can make them wait. */
const maxChecked = 512;

const tooMany: Refusal = {
  kind: 'refuse',
  reason: 'keys-unavailable',
  error: new PipelineError(
    'transient',
    'oidc-crowd',
    `${maxChecked} tokens are being checked, and no more at a time. Look who sends so many that are not known.`,
  ),
};

/**
 * Value of the Authorization header → is it a token that Google signed for this endpoint and this service account?
 * Only RS256, so neither `none` nor an HMAC keyed with the public key. Never throws.
 */
export function createTokenCheck(
  options: TokenCheckOptions,
): (authorization: string | undefined) => Admission | Promise<Admission> {
  const { keys, audience, serviceAccount, now = () => Date.now() } = options;
  /** Digests of tokens that were found good, until they expire. */
  const remembered = new Map<string, number>();
  let checked = 0;

  const check = async (token: string, digest: string): Promise<Admission> => {
    checked += 1;
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
      remembered.set(digest, (payload.exp ?? 0) * 1_000);
      return 'admitted';
    } catch (error) {
      const isToken = error instanceof errors.JOSEError || error instanceof TypeError;
      return isToken ? refuse(toRefusal(error)) : { kind: 'refuse', reason: 'keys-unavailable', error };
    } finally {
      checked -= 1;
    }
  };

  return (authorization) => {
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return refuse('oidc-missing');
    // How long it takes to find a digest says nothing of a token.
    const digest = hash('sha256', token, 'base64');
    const until = remembered.get(digest);
    if (until !== undefined && now() < until) return 'admitted';
    remembered.delete(digest);
    return checked < maxChecked ? check(token, digest) : tooMany;
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
