import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { duplicateField, invalidInput } from './errors.ts';
import { parseFault } from './faults.ts';
import { asFields, isFields } from './input.ts';
import { type Envelope, envelopes } from './notifications/envelope.ts';
import { parseDelivery } from './notifications/settings.ts';
import { createOrder } from './orders/createOrder.ts';
import type { Simulation } from './simulation.ts';

type Query = Record<string, string | undefined>;

/** `/_sim/*`: what scenarios and benches use; not part of commercetools, needs no token, is not in the history. */
export function registerControl(app: FastifyInstance, simulation: Simulation): void {
  const { state, publisher, pusher, requests, faults, delivery, settings } = simulation;

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

  app.post('/delivery', (request, reply) => {
    Object.assign(
      delivery,
      refusing(() => parseDelivery(asFields(request.body, 'body'))),
    );
    return reply.send(delivery);
  });

  app.get<{ Querystring: Query }>('/requests', (request, reply) => {
    const { method, path, since, limit } = request.query;
    return reply.send(
      requests.find({ method, path, since: toNumber('since', since), limit: toNumber('limit', limit) }),
    );
  });
  app.get('/requests/summary', (_, reply) => reply.send(requests.summary()));

  app.post('/faults', (request, reply) => {
    const fault = refusing(() => parseFault(asFields(request.body, 'body')));
    return reply.code(201).send({ id: faults.add(fault) });
  });
  app.delete('/faults', (_, reply) => {
    faults.clear();
    return reply.code(204).send();
  });

  app.delete('/tokens', (_, reply) => {
    simulation.auth.revoke();
    return reply.code(204).send();
  });

  app.post('/reset', (_, reply) => {
    simulation.reset();
    return reply.code(204).send();
  });
}

function parseTarget(body: unknown) {
  const { url, envelope = 'bare', headers = {}, types } = asFields(body, 'body');
  if (typeof url !== 'string' || !URL.canParse(url)) throw invalidInput(`'url' has to be an absolute URL.`);
  if (!envelopes.includes(envelope as Envelope))
    throw invalidInput(`'envelope' has to be one of ${envelopes.join(', ')}.`);
  if (!isFields(headers) || !Object.values(headers).every((value) => typeof value === 'string'))
    throw invalidInput("'headers' has to be an object of texts.");
  if (types !== undefined && !(Array.isArray(types) && types.every((type) => typeof type === 'string')))
    throw invalidInput("'types' has to be a list of message types.");
  return {
    url,
    envelope: envelope as Envelope,
    headers: headers as Record<string, string>,
    ...(types !== undefined && { types: types as string[] }),
  };
}

function toNumber(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!Number.isFinite(number) || number < 0) throw invalidInput(`'${name}' has to be a number of at least 0.`);
  return number;
}

function refusing<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof RangeError) throw invalidInput(error.message);
    throw error;
  }
}
