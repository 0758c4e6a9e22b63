import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ControlRefusal, parseMembers, parseNothing } from '@pipeline/simulator-control';
import { registerRequestsAndFaults } from '@pipeline/simulator-control';
import { openControlScope, type Problem } from '@pipeline/simulator-control';
import { ApiError, duplicateField } from './errors.ts';
import { isFields } from './input.ts';
import { type Envelope, envelopes } from './notifications/envelope.ts';
import { defaultDelivery, parseDelivery } from './notifications/settings.ts';
import { createOrder } from './orders/createOrder.ts';
import type { Simulation } from './simulation.ts';

type Query = Record<string, string | undefined>;

/** `/_sim/*`: what scenarios and benches use; not part of commercetools, needs no token, is not in the history. */
export function registerControl(app: FastifyInstance, simulation: Simulation): void {
  const { state, publisher, pusher, delivery, settings } = simulation;
  openControlScope(app, explain);
  registerRequestsAndFaults(app, simulation);

  app.post<{ Querystring: Query }>('/orders', (request, reply) => {
    const now = new Date(settings.now()).toISOString();
    const order = createOrder(request.body, { now, newId: randomUUID });
    if (state.orders.summary(order.id)) throw duplicateField('id', order.id);
    if (order.orderNumber !== undefined && state.orders.idOf(order.orderNumber) !== undefined)
      throw duplicateField('orderNumber', order.orderNumber);
    const json = state.orders.put(order);
    const type = request.query.imported === 'true' ? 'OrderImported' : 'OrderCreated';
    const change = { resourceVersion: order.version, actor: order.createdBy, now };
    publisher.publish(order, [{ type, order }], change);
    return reply.code(201).type('application/json; charset=utf-8').send(json);
  });

  app.get('/orders', (_, reply) => reply.send([...state.orders.summaries()]));

  app.post('/push-targets', (request, reply) => reply.code(201).send(publisher.register(parseTarget(request.body))));
  app.get('/push-targets', (_, reply) => reply.send(publisher.targets()));

  app.get('/notifications', (_, reply) =>
    reply.send({
      orders: [...publisher.confirmedSentAt()].map(([orderId, confirmedSentAtMs]) => ({ orderId, confirmedSentAtMs })),
      counts: pusher.counts,
    }),
  );

  app.get('/delivery', (_, reply) => reply.send(delivery));
  app.post('/delivery', (request, reply) => {
    const change = parseMembers(request.body, 'the delivery', Object.keys(defaultDelivery));
    return reply.send(Object.assign(delivery, parseDelivery(change)));
  });

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

function parseTarget(body: unknown) {
  const { url, envelope = 'bare', headers = {}, types } = parseMembers(body, 'a push target', targetMembers);
  if (typeof url !== 'string' || !/^https?:/.test(url) || !URL.canParse(url))
    throw new ControlRefusal("A push target's 'url' must be an absolute http or https URL.");
  if (!envelopes.includes(envelope as Envelope))
    throw new ControlRefusal(`A push target's 'envelope' must be ${envelopes.join(' or ')}.`);
  if (!isFields(headers) || !Object.values(headers).every((value) => typeof value === 'string'))
    throw new ControlRefusal("A push target's 'headers' must be an object of texts.");
  if (types !== undefined && !(Array.isArray(types) && types.every((type) => typeof type === 'string')))
    throw new ControlRefusal("A push target's 'types' must be a list of message types.");
  return {
    url,
    envelope: envelope as Envelope,
    headers: headers as Record<string, string>,
    ...(types !== undefined && { types: types as string[] }),
  };
}

const targetMembers = ['url', 'envelope', 'headers', 'types'];

function explain(error: Error): Problem | undefined {
  if (error instanceof RangeError) return { status: 400, message: error.message };
  if (!(error instanceof ApiError)) return undefined;
  const detail = error.details[0]?.['detailedErrorMessage'];
  return { status: error.statusCode, message: typeof detail === 'string' ? detail : error.message };
}
