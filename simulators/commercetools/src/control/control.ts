import {
  openControlScope,
  parseMembers,
  parseNothing,
  type Problem,
  registerRequestsAndFaults,
} from '@pipeline/simulator-control';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../errors.ts';
import type { Simulation } from '../simulation.ts';
import { registerControlOfOrders } from './orders.ts';
import { registerControlOfSubscriptions } from './subscriptions.ts';
import { registerSwitches } from './switches.ts';

/** `/_sim/*`: what scenarios and benches use; not part of commercetools, needs no token, is not in the history. */
export function registerControl(app: FastifyInstance, simulation: Simulation): void {
  const { publisher, pusher } = simulation;
  openControlScope(app, explain);
  registerRequestsAndFaults(app, simulation);
  registerControlOfOrders(app, simulation);
  registerControlOfSubscriptions(app, simulation);
  registerSwitches(app, simulation);

  app.get('/notifications', (_, reply) =>
    reply.send({
      orders: [...publisher.confirmedSentAt()].map(([orderId, confirmedSentAtMs]) => ({ orderId, confirmedSentAtMs })),
      counts: pusher.counts,
    }),
  );

  // There are no refresh tokens here: `refresh` is taken, as by other simulators, and changes nothing.
  const expireTokens = (request: FastifyRequest, reply: FastifyReply) => {
    parseMembers(request.body ?? {}, 'the expiry of tokens', ['refresh']);
    simulation.auth.revoke();
    return reply.code(204).send();
  };
  app.delete('/tokens', expireTokens);
  app.post('/tokens/expire', expireTokens);

  app.post('/reset', (request, reply) => {
    parseNothing(request.body);
    simulation.reset();
    return reply.code(204).send();
  });
}

function explain(error: Error): Problem | undefined {
  if (error instanceof RangeError) return { status: 400, message: error.message };
  if (!(error instanceof ApiError)) return undefined;
  const detail = error.details[0]?.['detailedErrorMessage'];
  return { status: error.statusCode, message: typeof detail === 'string' ? detail : error.message };
}
