import type { FastifyInstance } from 'fastify';
import type { World } from '../core/world.ts';
import type { IdentityProvider } from '../http/identityProvider.ts';
import { OAuthProblem } from '../http/problem.ts';
import { idpPrefix } from '../http/server.ts';

/** The token endpoint of the identity provider: the client-credentials grant of RFC 6749, and nothing else. */
export function registerIdpToken(
  app: FastifyInstance,
  { settings }: World,
  identityProvider: Pick<IdentityProvider, 'issue'>,
): void {
  app.post(`${idpPrefix}token`, (request, reply) => {
    const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
    if (!isForm || typeof request.body !== 'object' || request.body === null) throw new OAuthProblem('invalid_request');
    const form = request.body as Readonly<Record<string, unknown>>;
    const { clientId, clientSecret } = toClient(request.headers.authorization, form);
    if (clientId !== settings.clientId || clientSecret !== settings.clientSecret) {
      reply.header('www-authenticate', 'Basic realm="simulator"');
      throw new OAuthProblem('invalid_client', 401);
    }
    if (form['grant_type'] !== 'client_credentials') throw new OAuthProblem('unsupported_grant_type');
    const { token, expiresIn } = identityProvider.issue(clientId);
    reply.header('cache-control', 'no-store');
    return { access_token: token, token_type: 'Bearer', expires_in: expiresIn };
  });
}

/** By the Basic header or in the form, never both (RFC 6749, 2.3). */
function toClient(authorization: string | undefined, form: Readonly<Record<string, unknown>>) {
  const { client_id: id, client_secret: secret } = form;
  if (authorization === undefined) return { clientId: String(id), clientSecret: String(secret) };
  if (secret !== undefined) throw new OAuthProblem('invalid_request');
  const [, credentials = ''] = /^Basic (\S+)$/i.exec(authorization) ?? [];
  const [clientId, clientSecret] = Buffer.from(credentials, 'base64').toString().split(':', 2).map(fromForm);
  return { clientId, clientSecret };
}

const fromForm = (text: string) => new URLSearchParams(`_=${text}`).get('_') ?? '';
