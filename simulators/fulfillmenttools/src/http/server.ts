import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { ApiProblem, GoogleProblem, OAuthProblem } from './problem.ts';

/** Where the identity provider is. */
export const idpPrefix = '/idp/';

const isSignIn = (url: string): boolean => url.startsWith('/v1/') || url.startsWith(idpPrefix);

/** A Fastify server that takes JSON and forms and refuses in the vendors' shapes. */
export function createServer(): FastifyInstance {
  const app = Fastify({ forceCloseConnections: true, bodyLimit: 8 * 1024 * 1024, exposeHeadRoutes: false });

  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    if (text === '') return done(null, undefined);
    try {
      done(null, JSON.parse(String(text)));
    } catch {
      done(new ApiProblem(400, { summary: 'Invalid request body', description: 'body is not JSON.' }));
    }
  });
  // Only the sign-in takes forms.
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (request, text, done) => {
    if (isSignIn(request.url)) return done(null, Object.fromEntries(new URLSearchParams(String(text))));
    done(new ApiProblem(415, { summary: 'Unsupported media type', description: 'The body must be JSON.' }));
  });

  app.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .send([{ summary: 'Not found', description: `There is no ${request.method} ${request.url.split('?')[0]}.` }]),
  );

  app.setErrorHandler<FastifyError>((error: Error & { statusCode?: number }, request, reply) => {
    if (error instanceof OAuthProblem) return reply.code(error.status).send(error.body());
    if (request.url.startsWith(idpPrefix)) return reply.code(400).send(new OAuthProblem('invalid_request').body());
    if (error instanceof GoogleProblem) return reply.code(error.status).send(error.body());
    if (request.url.startsWith('/v1/')) return reply.code(400).send(new GoogleProblem('INVALID_ARGUMENT').body());
    if (error instanceof ApiProblem) return reply.code(error.status).send(error.errors);
    const status = error.statusCode ?? 500;
    return reply
      .code(status)
      .send([{ summary: status < 500 ? 'Invalid request' : 'Internal error', description: error.message }]);
  });
  return app;
}
