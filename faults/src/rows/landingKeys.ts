import { createHmac, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { startVendorServer, type VendorServer } from '../landingParts.ts';

/** Google, as far as a push of Pub/Sub needs it: its keys, and tokens signed with them. */
export interface Google {
  readonly settings: Readonly<Record<string, string>>;
  readonly server: VendorServer;
  /** The keys cannot be had from now on. */
  goAway(): Promise<void>;
  token(draft?: TokenDraft): Readonly<Record<string, string>>;
  /** Every way to forge one, by name. */
  readonly forged: Readonly<Record<string, () => Readonly<Record<string, string>>>>;
}

interface TokenDraft {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  /** (Default: with Google's key) */
  readonly signed?: (text: string) => Buffer;
}

const audience = 'https://ingest.example/commercetools/pubsub';
const account = 'push@project.iam.gserviceaccount.com';
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export async function startGoogle(): Promise<Google> {
  const [ours, other] = [0, 1].map(() => generateKeyPairSync('rsa', { modulusLength: 2_048 }));
  if (!ours || !other) throw new Error('No keys.');
  const jwk = { ...ours.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' };
  const server = await startVendorServer(() => JSON.stringify({ keys: [jwk] }));
  const withKey = (key: typeof ours.privateKey) => (text: string) => sign('RSA-SHA256', Buffer.from(text), key);

  const token: Google['token'] = ({ claims = {}, header = {}, signed = withKey(ours.privateKey) } = {}) => {
    const now = Math.floor(Date.now() / 1_000);
    const who = { iss: 'https://accounts.google.com', aud: audience, email: account, email_verified: true };
    const payload = encode({ ...who, sub: '1', iat: now, exp: now + 3_600, jti: randomUUID(), ...claims });
    const text = `${encode({ alg: 'RS256', kid: 'one', typ: 'JWT', ...header })}.${payload}`;
    return { authorization: `Bearer ${text}.${signed(text).toString('base64url')}` };
  };
  const pem = ours.publicKey.export({ type: 'spki', format: 'pem' });
  const withPublicKey = (text: string) => createHmac('sha256', pem).update(text).digest();
  return {
    server,
    settings: {
      CT_PUSH_TRANSPORTS: 'pubsub',
      PUSH_OIDC_AUDIENCE: audience,
      PUSH_OIDC_SERVICE_ACCOUNT: account,
      PUSH_OIDC_KEYS_URL: `${server.origin}/certs`,
    },
    goAway: () => server.close(),
    token,
    forged: {
      'no token': () => ({}),
      'no signature': () => token({ signed: () => Buffer.alloc(0) }),
      'alg none': () => token({ header: { alg: 'none' }, signed: () => Buffer.alloc(0) }),
      'alg HS256 with the public key': () => token({ header: { alg: 'HS256' }, signed: withPublicKey }),
      'signed by somebody else': () => token({ signed: withKey(other.privateKey) }),
      'key of its own in the header': () =>
        token({ header: { jwk: other.publicKey.export({ format: 'jwk' }) }, signed: withKey(other.privateKey) }),
      'another audience': () => token({ claims: { aud: 'https://ingest.example/' } }),
      'no audience': () => token({ claims: { aud: undefined } }),
      'another issuer': () => token({ claims: { iss: 'https://accounts.google.com.evil.example' } }),
      'another service account': () => token({ claims: { email: `x${account}` } }),
      'an e-mail address that is not verified': () => token({ claims: { email_verified: false } }),
      expired: () => token({ claims: { exp: Math.floor(Date.now() / 1_000) - 3_600 } }),
      'without expiry': () => token({ claims: { exp: undefined } }),
      'of a key that nobody has': () => token({ header: { kid: randomUUID() } }),
    },
  };
}

/** A push of Pub/Sub that says this. */
export const pubSubBody = (message: object): string =>
  JSON.stringify({
    message: { data: Buffer.from(JSON.stringify(message)).toString('base64'), messageId: randomUUID() },
    subscription: 'projects/p/subscriptions/orders',
  });
