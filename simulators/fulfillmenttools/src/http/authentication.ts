import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { World } from '../core/world.ts';
import { ApiProblem } from './problem.ts';

/** Tokens that were issued. They outlive a reset: only their time, or `expireAll`, ends them. */
export interface Tokens {
  /** `subject`: who signs in. */
  issue(subject: string): { readonly idToken: string; readonly refreshToken: string; readonly expiresIn: string };
  isValid(idToken: string): boolean;
  /** Ends an id token at once: also for calls that come with it from now on, whatever its time. */
  revoke(idToken: string): void;
  /** Who signed in for this refresh token; undefined: it is not one, or no longer. */
  subjectOf(refreshToken: string): string | undefined;
  endRefreshToken(refreshToken: string): void;
  /** Ends all id tokens, and with `refresh` the refresh tokens too. */
  expireAll(refresh: boolean): void;
}

export function createTokens({ clock, settings }: World): Tokens {
  const expiresAt = new Map<string, number>();
  const refreshTokens = new Map<string, string>();
  return {
    issue(subject) {
      const now = clock.now();
      for (const [token, end] of expiresAt) if (end <= now) expiresAt.delete(token);
      const idToken = toToken(subject, now, settings.tokenLifetimeSeconds);
      const refreshToken = randomUUID();
      expiresAt.set(idToken, now + settings.tokenLifetimeSeconds * 1_000);
      refreshTokens.set(refreshToken, subject);
      return { idToken, refreshToken, expiresIn: String(settings.tokenLifetimeSeconds) };
    },
    isValid: (idToken) => (expiresAt.get(idToken) ?? 0) > clock.now(),
    revoke: (idToken) => void expiresAt.delete(idToken),
    subjectOf: (refreshToken) => refreshTokens.get(refreshToken),
    endRefreshToken: (refreshToken) => void refreshTokens.delete(refreshToken),
    expireAll(refresh) {
      expiresAt.clear();
      if (refresh) refreshTokens.clear();
    },
  };
}

/** In the form of a JWT, which callers may look into; the signature is a random id and means nothing. */
function toToken(email: string, nowMs: number, lifetimeSeconds: number): string {
  const iat = Math.floor(nowMs / 1_000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signature = Buffer.from(randomUUID()).toString('base64url');
  return `${part({ alg: 'none', typ: 'JWT' })}.${part({ email, iat, exp: iat + lifetimeSeconds })}.${signature}`;
}

/** Refuses every call of the API that has no valid bearer token; `revocations` ends some that are. */
export function requireToken(app: FastifyInstance, tokens: Tokens, { random, settings }: World): void {
  app.addHook('onRequest', (request, _reply, done) => {
    if (!(request.routeOptions.url ?? request.url).startsWith('/api/')) return done();
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (token !== undefined && settings.revocations > 0 && random.chance(settings.revocations)) tokens.revoke(token);
    if (token !== undefined && tokens.isValid(token)) return done();
    done(new ApiProblem(401, { summary: 'Unauthorized', description: 'A valid bearer token is required.' }));
  });
}
