import { ControlRefusal, parseMembers } from '@pipeline/simulator-control';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { resourceNotFound } from '../errors.ts';
import type { Simulation } from '../simulation.ts';
import { type HealthStatus, healthStatuses, toAnswer } from '../subscriptions/subscription.ts';
import { parsePushTarget } from './pushTarget.ts';

/** Where notifications go, and how well subscriptions are. */
export function registerControlOfSubscriptions(app: FastifyInstance, { state, publisher }: Simulation): void {
  app.post('/push-targets', (request, reply) =>
    reply
      .code(201)
      .send(publisher.register(parsePushTarget(request.body), `http://${request.headers.host ?? '127.0.0.1'}`)),
  );
  app.get('/push-targets', (_, reply) => reply.send(publisher.targets()));

  /** What an SNS endpoint calls to agree. */
  app.get('/sns-confirmation', (request, reply) => {
    const { token } = request.query as { token?: string };
    if (!publisher.confirm(token ?? '')) throw new ControlRefusal(`There is no endpoint with the token '${token}'.`);
    return reply.send({});
  });

  app.post('/subscriptions/:key/status', (request: FastifyRequest<{ Params: { key: string } }>, reply) => {
    const { status } = parseMembers(request.body, 'the health', ['status']);
    if (!healthStatuses.includes(status as HealthStatus))
      throw new ControlRefusal(`A subscription's 'status' must be ${healthStatuses.join(' or ')}.`);
    const current = state.subscriptions.byKey(request.params.key);
    if (!current) throw resourceNotFound(`There is no subscription '${request.params.key}'.`);
    const subscription = { ...current, status: status as HealthStatus };
    state.subscriptions.put(subscription);
    publisher.release(subscription);
    return reply.send(toAnswer(subscription));
  });
}
