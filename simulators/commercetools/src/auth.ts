import { randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { ApiError, oauthError } from './errors.ts';
import type { ApiClient, Settings } from './options.ts';

/** OAuth 2 client credentials, as commercetools grants them. Tokens outlive a reset. */
export interface Auth {
  /** The answer of `POST /oauth/token`. Throws ApiError (400, 401) in the OAuth shape. */
  grant(authorization: string | undefined, form: URLSearchParams): Record<string, unknown>;
  /** The clientId of a bearer token. Throws ApiError (401) when it is missing, unknown or expired. */
  authenticate(request: FastifyRequest): string;
  /** Makes every token invalid. */
  revoke(): void;
}

type AuthSettings = Pick<Settings, 'clients' | 'projectKey' | 'tokenLifetimeSeconds' | 'now'>;

export function createAuth({ clients, projectKey, tokenLifetimeSeconds, now }: AuthSettings): Auth {
  const tokens = new Map<string, { readonly clientId: string; readonly expiresAt: number }>();
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
      const token = randomBytes(24).toString('base64url');
      tokens.set(token, { clientId: client.clientId, expiresAt: now() + tokenLifetimeSeconds * 1_000 });
      const scope = form.get('scope') ?? client.scope ?? `manage_project:${projectKey}`;
      return { access_token: token, token_type: 'Bearer', expires_in: tokenLifetimeSeconds, scope };
    },
    authenticate(request) {
      const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
      const grant = tokens.get(token ?? '');
      if (!grant || grant.expiresAt <= now())
        throw new ApiError(401, { code: 'invalid_token', message: 'invalid_token' }, { error: 'invalid_token' });
      return grant.clientId;
    },
    revoke: () => tokens.clear(),
  };
}

function findClient(clients: readonly ApiClient[], authorization: string | undefined): ApiClient | undefined {
  const encoded = /^Basic (.+)$/i.exec(authorization ?? '')?.[1];
  const decoded = Buffer.from(encoded ?? '', 'base64').toString();
  return clients.find(({ clientId, clientSecret }) => decoded === `${clientId}:${clientSecret}`);
}
