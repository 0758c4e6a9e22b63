import type { FastifyInstance } from 'fastify';
import type { World } from '../core/world.ts';
import type { Tokens } from '../http/authentication.ts';
import type { IdentityProvider } from '../http/identityProvider.ts';
import { type Query, single } from '../http/paging.ts';
import { GoogleProblem } from '../http/problem.ts';
import { createCallWindow } from '../http/window.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Google's endpoints that the vendor's sign-in consists of; here on the same server as the API. */
export function registerSignIn(
  app: FastifyInstance,
  world: World,
  { tokens, identityProvider }: { readonly tokens: Tokens; readonly identityProvider: IdentityProvider },
): void {
  const { clock, random, settings } = world;
  // The vendor counts sign-ins, exchanges and refreshes of a tenant together.
  const window = createCallWindow(clock.now, 60_000);

  const checkRate = () => {
    if (!window.admits(settings.signInsPerMinute)) throw new GoogleProblem('QUOTA_EXCEEDED', 429);
  };

  const checkKey = (query: Query) => {
    if (single(query, 'key') !== settings.apiKey) {
      throw new GoogleProblem('API key not valid. Please pass a valid API key.');
    }
  };

  app.post('/v1/accounts::signInWithPassword', (request) => {
    checkRate();
    checkKey(request.query as Query);
    const body = asFields(request.body);
    if (typeof body['email'] !== 'string') throw new GoogleProblem('INVALID_EMAIL');
    if (typeof body['password'] !== 'string') throw new GoogleProblem('MISSING_PASSWORD');
    if (body['email'] !== settings.user || body['password'] !== settings.password) {
      throw new GoogleProblem('INVALID_LOGIN_CREDENTIALS');
    }
    if (body['returnSecureToken'] !== true) throw new GoogleProblem('MISSING_RETURN_SECURE_TOKEN');
    return {
      kind: 'identitytoolkit#VerifyPasswordResponse',
      localId: 'sim-user',
      email: settings.user,
      ...tokens.issue(settings.user),
    };
  });

  app.post('/v1/accounts::signInWithIdp', (request) => {
    checkRate();
    checkKey(request.query as Query);
    const body = asFields(request.body);
    if (typeof body['requestUri'] !== 'string' || !URL.canParse(body['requestUri'])) {
      throw new GoogleProblem('MISSING_REQUEST_URI : a URL, to which nothing is sent');
    }
    if (typeof body['postBody'] !== 'string') throw new GoogleProblem('INVALID_CREDENTIAL_OR_PROVIDER_ID : postBody');
    const form = new URLSearchParams(body['postBody']);
    if (form.get('providerId') !== settings.providerId)
      throw new GoogleProblem('OPERATION_NOT_ALLOWED : unknown provider');
    const client = identityProvider.clientOf(form.get('id_token') ?? '');
    if (client === undefined) throw new GoogleProblem('INVALID_IDP_RESPONSE : the token is not one of this provider');
    if (body['returnSecureToken'] !== true) throw new GoogleProblem('MISSING_RETURN_SECURE_TOKEN');
    return {
      kind: 'identitytoolkit#VerifyAssertionResponse',
      localId: `service-user-${client}`,
      providerId: settings.providerId,
      federatedId: `${settings.providerId}/${client}`,
      ...tokens.issue(`${client}@service.simulator`),
    };
  });

  app.post('/v1/token', (request) => {
    checkRate();
    const query = request.query as Query;
    checkKey(query);
    const body: Fields = { ...query, ...asFields(request.body) };
    if (body['grant_type'] !== 'refresh_token') throw new GoogleProblem('INVALID_GRANT_TYPE');
    const refreshToken = body['refresh_token'];
    if (typeof refreshToken !== 'string' || refreshToken === '') throw new GoogleProblem('MISSING_REFRESH_TOKEN');
    const subject = tokens.subjectOf(refreshToken);
    if (subject === undefined) throw new GoogleProblem('INVALID_REFRESH_TOKEN');
    const refused = settings.refusedRefreshes > 0 && random.chance(settings.refusedRefreshes);
    if (refused || settings.rotateRefreshTokens) tokens.endRefreshToken(refreshToken);
    if (refused) throw new GoogleProblem('TOKEN_EXPIRED');
    const issued = tokens.issue(subject);
    return {
      access_token: issued.idToken,
      id_token: issued.idToken,
      refresh_token: issued.refreshToken,
      expires_in: issued.expiresIn,
      token_type: 'Bearer',
      user_id: 'sim-user',
    };
  });
}

const asFields = (body: unknown): Fields => (typeof body === 'object' && body !== null ? (body as Fields) : {});
