import { randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { ApiError, oauthError } from './errors.ts';
import type { ApiClient, Settings } from './options.ts';
import { covers, parseScopes, type Scope } from './scopes.ts';

export interface Grant {
  readonly clientId: string;
  readonly scopes: readonly Scope[];
}

/** OAuth 2 client credentials, as commercetools grants them. Tokens outlive a reset. */
export interface Auth {
  /** The answer of `POST /oauth/token`. Throws ApiError (400, 401) in the OAuth shape. */
  grant(authorization: string | undefined, form: URLSearchParams): Record<string, unknown>;
  /** Of a bearer token. Throws ApiError (401) when it is missing, unknown or expired. */
  authenticate(request: FastifyRequest): Grant;
  /** Makes every token invalid. */
  revoke(): void;
}

type AuthSettings = Pick<Settings, 'clients' | 'projectKey' | 'tokenLifetimeSeconds' | 'now'>;

export function createAuth({ clients, projectKey, tokenLifetimeSeconds, now }: AuthSettings): Auth {
  const tokens = new Map<string, { readonly grant: Grant; readonly expiresAt: number }>();
  return {
    grant(authorization, form) {
      const client = findClient(clients, authorization);
      if (!client)
        throw oauthError(
          401,
          'invalid_client',
          'Please provide valid client credentials using HTTP Basic Authentication.',
        );
      const grantType = form.get('grant_type');
      if (grantType !== 'client_credentials')
        throw oauthError(400, 'unsupported_grant_type', `Unsupported grant_type: '${grantType ?? ''}'.`);
      const allowed = client.scope ?? `manage_project:${projectKey}`;
      const scope = form.get('scope') || allowed;
      const scopes = toScopes(scope, allowed);
      const token = randomBytes(24).toString('base64url');
      tokens.set(token, {
        grant: { clientId: client.clientId, scopes },
        expiresAt: now() + tokenLifetimeSeconds * 1_000,
      });
      return { access_token: token, token_type: 'Bearer', expires_in: tokenLifetimeSeconds, scope };
    },
    authenticate(request) {
      const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
      const found = tokens.get(token ?? '');
      if (!found || found.expiresAt <= now())
        throw new ApiError(401, { code: 'invalid_token', message: 'invalid_token' }, { error: 'invalid_token' });
      return found.grant;
    },
    revoke: () => tokens.clear(),
  };
}

function findClient(clients: readonly ApiClient[], authorization: string | undefined): ApiClient | undefined {
  const encoded = /^Basic (.+)$/i.exec(authorization ?? '')?.[1];
  const decoded = Buffer.from(encoded ?? '', 'base64').toString();
  return clients.find(({ clientId, clientSecret }) => decoded === `${clientId}:${clientSecret}`);
}

/** Throws ApiError (400) when more is asked for than the API client has. */
function toScopes(asked: string, allowed: string): readonly Scope[] {
  const scopes = parseScopes(asked);
  const owned = parseScopes(allowed) ?? [];
  if (!scopes) throw oauthError(400, 'invalid_scope', `Malformed parameter: scope: '${asked}'.`);
  if (!scopes.every((scope) => owned.some((own) => covers(own, scope))))
    throw oauthError(
      400,
      'invalid_scope',
      `Permissions exceeded. The client has the following scopes only: ${allowed}.`,
    );
  return scopes;
}
