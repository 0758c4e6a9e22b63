import { randomUUID } from 'node:crypto';
import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { controlPrefix, type Faults, exchangeOf, installFaults, recordRequests } from '@pipeline/simulator-control';
import { registerControl } from './control/control.ts';
import { ApiError, invalidJsonInput, resourceNotFound, toErrorBody } from './errors.ts';
import { registerChannels } from './resources/channels.ts';
import { registerCustomObjects } from './resources/customObjects.ts';
import { registerReads } from './resources/keyed.ts';
import { registerMessages } from './resources/messages.ts';
import { registerOrders } from './resources/orders.ts';
import { registerProject } from './resources/project.ts';
import { registerSubscriptions } from './resources/subscriptions.ts';
import { registerTypes } from './resources/types.ts';
import { requireScope } from './scopes.ts';
import type { Simulation } from './simulation.ts';
import { resolveReference } from './state.ts';

const maxBodyBytes = 16 * 1024 * 1024;

export function createServer(simulation: Simulation): FastifyInstance {
  const app = fastify({
    bodyLimit: maxBodyBytes,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 1_000 },
  });
  installParsers(app);
  installErrors(app);
  const { requests, faults, weather, settings } = simulation;
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-correlation-id', request.headers['x-correlation-id'] ?? `${settings.projectKey}/${randomUUID()}`);
  });
  recordRequests(app, requests, settings.now);
  const whatGoesWrong: Pick<Faults, 'take'> = { take: (request) => faults.take(request) ?? weather.take(request) };
  installFaults(app, whatGoesWrong, (status) =>
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
  const { auth, settings, state } = simulation;
  app.addHook('onRequest', async (request) => {
    const { scope } = request.routeOptions.config;
    const { projectKey, storeKey } = request.params as { projectKey: string; storeKey?: string };
    const grant = scope === 'none' ? undefined : auth.authenticate(request);
    if (grant) exchangeOf(request).entry.clientId = grant.clientId;
    if (projectKey !== settings.projectKey) throw resourceNotFound(`The project '${projectKey}' was not found.`);
    if (grant && scope !== undefined)
      requireScope(grant.scopes, { name: scope, projectKey, ...(storeKey !== undefined && { storeKey }) });
  });
  registerProject(app, simulation);
  registerOrders(app, simulation);
  registerMessages(app, simulation);
  registerSubscriptions(app, simulation);
  registerTypes(app, simulation);
  registerReads(app, { path: '/shipping-methods', scope: 'view_shipping_methods', store: () => state.shippingMethods });
  registerChannels(app, simulation);
  registerReads(app, {
    ...{ path: '/stores', scope: 'view_stores', store: () => state.stores },
    resolve: (typeId, id) => resolveReference(state, typeId, id),
  });
  registerCustomObjects(app, simulation);
  registerReads(app, { path: '/states', scope: 'view_states', store: () => state.states as never });
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
