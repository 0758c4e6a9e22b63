import { randomUUID } from 'node:crypto';
import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { installFaults } from '@pipeline/simulator-control';
import { exchangeOf, recordRequests } from '@pipeline/simulator-control';
import { controlPrefix } from '@pipeline/simulator-control';
import { registerControl } from './control.ts';
import { ApiError, invalidJsonInput, resourceNotFound, toErrorBody } from './errors.ts';
import { registerChannels } from './resources/channels.ts';
import { registerOrders } from './resources/orders.ts';
import { registerProject } from './resources/project.ts';
import { registerShippingMethods } from './resources/shippingMethods.ts';
import { registerTypes } from './resources/types.ts';
import type { Simulation } from './simulation.ts';

const maxBodyBytes = 16 * 1024 * 1024;

export function createServer(simulation: Simulation): FastifyInstance {
  const app = fastify({
    bodyLimit: maxBodyBytes,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 1_000 },
  });
  installParsers(app);
  installErrors(app);
  const { requests, faults, settings } = simulation;
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-correlation-id', request.headers['x-correlation-id'] ?? `${settings.projectKey}/${randomUUID()}`);
  });
  recordRequests(app, requests, settings.now);
  installFaults(app, faults, (status) =>
    toErrorBody(new ApiError(status, { code: 'InjectedFault', message: 'Injected fault.' })),
  );

  app.post<{ Body: URLSearchParams | undefined }>('/oauth/token', (request, reply) => {
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
    return reply.send(simulation.auth.grant(request.headers.authorization, form));
  });
  app.register(async (scope) => registerControl(scope, simulation), { prefix: controlPrefix });
  app.register(async (scope) => registerApi(scope, simulation), { prefix: '/:projectKey' });
  return app;
}

function registerApi(app: FastifyInstance, simulation: Simulation): void {
  app.addHook('onRequest', async (request) => {
    exchangeOf(request).entry.clientId = simulation.auth.authenticate(request);
    const { projectKey } = request.params as { projectKey: string };
    if (projectKey !== simulation.settings.projectKey)
      throw resourceNotFound(`The project '${projectKey}' was not found.`);
  });
  registerProject(app, simulation.settings.projectKey);
  registerOrders(app, simulation);
  registerTypes(app, simulation);
  registerShippingMethods(app, simulation.state);
  registerChannels(app, simulation.state);
}

/** A request may come with a JSON content type and without a body, as the SDK's DELETE does. */
function installParsers(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_, body, done) => {
    try {
      done(null, body === '' ? undefined : JSON.parse(body as string));
    } catch {
      done(invalidJsonInput('the body cannot be parsed'));
    }
  });
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, done) =>
    done(null, new URLSearchParams(body as string)),
  );
}

function installErrors(app: FastifyInstance): void {
  app.setNotFoundHandler((request) => {
    throw resourceNotFound(`URI not found: ${request.url}`);
  });
  app.setErrorHandler<FastifyError | ApiError>((error, _, reply) => {
    const failure = error instanceof ApiError ? error : toApiError(error);
    return reply.code(failure.statusCode).send(toErrorBody(failure));
  });
}

function toApiError({ statusCode = 500, message }: FastifyError): ApiError {
  if (statusCode === 413) return new ApiError(413, { code: 'ContentTooLarge', message });
  if (statusCode >= 400 && statusCode < 500) return invalidJsonInput(message);
  return new ApiError(500, { code: 'General', message: `The simulator failed: ${message}` });
}
