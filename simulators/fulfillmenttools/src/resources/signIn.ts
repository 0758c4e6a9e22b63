import type { FastifyInstance } from 'fastify';
import type { World } from '../core/world.ts';
import type { Tokens } from '../http/authentication.ts';
import { type Query, single } from '../http/paging.ts';
import { GoogleProblem } from '../http/problem.ts';
import { createCallWindow } from '../http/window.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Google's two endpoints that the vendor's sign-in consists of; here on the same server as the API. */
export function registerSignIn(app: FastifyInstance, world: World, tokens: Tokens): void {
  const { clock, random, settings } = world;
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
      ...tokens.issue(),
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
    if (!tokens.knowsRefreshToken(refreshToken)) throw new GoogleProblem('INVALID_REFRESH_TOKEN');
    const refused = settings.refusedRefreshes > 0 && random.chance(settings.refusedRefreshes);
    if (refused || settings.rotateRefreshTokens) tokens.endRefreshToken(refreshToken);
    if (refused) throw new GoogleProblem('TOKEN_EXPIRED');
    const issued = tokens.issue();
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
