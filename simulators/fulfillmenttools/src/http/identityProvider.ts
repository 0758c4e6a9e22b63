import { generateKeyPairSync, sign, verify } from 'node:crypto';
import type { World } from '../core/world.ts';

/** The company's own identity provider, which the tenant trusts. */
export interface IdentityProvider {
  /** An access token of a client, signed, with the claims that fulfillmenttools asks for: iss, aud, exp, appid. */
  issue(clientId: string): { readonly token: string; readonly expiresIn: number };
  /** Whose token it is; undefined: it is no token of this provider for this audience, or has expired. */
  clientOf(token: string): string | undefined;
}

const ISSUER = 'https://idp.simulator';
const AUDIENCE = 'api://fulfillmenttools-simulator';
/** Used at once, for one exchange. */
const LIFE_SECONDS = 300;

export function createIdentityProvider({ clock, settings }: World): IdentityProvider {
  // Made when it is first asked for: most runs sign in by password.
  let keys: ReturnType<typeof createKeys> | undefined;
  return {
    issue(clientId) {
      keys ??= createKeys();
      const claims = { iss: ISSUER, aud: AUDIENCE, exp: seconds(clock.now()) + LIFE_SECONDS, appid: clientId };
      const content = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`;
      const signature = sign('sha256', Buffer.from(content), keys.privateKey).toString('base64url');
      return { token: `${content}.${signature}`, expiresIn: LIFE_SECONDS };
    },
    clientOf(token) {
      const [header = '', claims = '', signature = '', ...rest] = token.split('.');
      if (keys === undefined || rest.length > 0) return undefined;
      const signed = Buffer.from(`${header}.${claims}`);
      if (!verify('sha256', signed, keys.publicKey, Buffer.from(signature, 'base64url'))) return undefined;
      const { iss, aud, exp, appid } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Claims;
      const holds = iss === ISSUER && aud === AUDIENCE && exp > seconds(clock.now()) && appid === settings.clientId;
      return holds ? appid : undefined;
    },
  };
}

interface Claims {
  readonly iss: string;
  readonly aud: string;
  readonly exp: number;
  readonly appid: string;
}

const createKeys = () => generateKeyPairSync('rsa', { modulusLength: 2_048 });
const seconds = (ms: number) => Math.floor(ms / 1_000);
const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
