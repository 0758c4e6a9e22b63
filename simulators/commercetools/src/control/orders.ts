import { randomUUID } from 'node:crypto';
import { ControlRefusal, parseMembers } from '@pipeline/simulator-control';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { duplicateField, resourceNotFound } from '../errors.ts';
import { asFields, isFields } from '../input.ts';
import type { Actor, Order } from '../model.ts';
import type { MessagePayload } from '../orders/action.ts';
import { createOrder } from '../orders/createOrder.ts';
import { merchant } from '../orders/foreignWriter.ts';
import { parseOrderUpdate } from '../orders/updateOrder.ts';
import { writeEdit, writeNewOrder, writeUpdate } from '../orders/write.ts';
import type { Simulation } from '../simulation.ts';

type Query = Record<string, string | undefined>;
type OneOrder = FastifyRequest<{ Params: { id: string } }>;

/** `/_sim/orders`: what the shop and its people do, without a token and with no version asked for. */
export function registerControlOfOrders(app: FastifyInstance, simulation: Simulation): void {
  const { state, settings } = simulation;

  function find({ params: { id } }: OneOrder): Order {
    const order = state.orders.find(id);
    if (!order) throw resourceNotFound(`There is no order '${id}'.`);
    return order;
  }

  app.post<{ Querystring: Query }>('/orders', (request, reply) => {
    const now = new Date(settings.now()).toISOString();
    const order = createOrder(request.body, { now, newId: randomUUID });
    if (state.orders.summary(order.id)) throw duplicateField('id', order.id);
    if (order.orderNumber !== undefined && state.orders.idOf(order.orderNumber) !== undefined)
      throw duplicateField('orderNumber', order.orderNumber);
    const [born, payload] = bornAs(order, request.query);
    const json = writeNewOrder(simulation, born, payload);
    return reply.code(201).type('application/json; charset=utf-8').send(json);
  });

  app.get('/orders', (_, reply) => reply.send([...state.orders.summaries()]));

  app.post('/orders/:id/update', (request: OneOrder, reply) => {
    const { actions, actor } = parseMembers(request.body, 'an update', ['actions', 'actor']);
    const current = find(request);
    const update = parseOrderUpdate({ version: current.version, actions }, simulation.quirks);
    return reply.send(writeUpdate(simulation, { current, update, actor: parseActor(actor) }));
  });

  app.post('/orders/:id/edit', (request: OneOrder, reply) => {
    const { change, actor } = parseMembers(request.body, 'an order edit', ['change', 'actor']);
    return reply.send(
      writeEdit(simulation, { current: find(request), change: asFields(change, 'change'), actor: parseActor(actor) }),
    );
  });

  app.post('/messages', (request, reply) => {
    const body = asFields(request.body, 'body');
    const { resource, type, resourceVersion = 1, actor, ...fields } = body;
    if (!isFields(resource) || typeof resource.typeId !== 'string' || typeof resource.id !== 'string')
      throw new ControlRefusal("A message's 'resource' must be {typeId, id}.");
    if (typeof type !== 'string') throw new ControlRefusal("A message's 'type' must be a text.");
    if (!Number.isSafeInteger(resourceVersion))
      throw new ControlRefusal("A message's 'resourceVersion' must be a whole number.");
    simulation.publisher.announce({
      subject: { typeId: resource.typeId, id: resource.id },
      payload: { ...fields, type },
      resourceVersion: Number(resourceVersion),
      actor: parseActor(actor),
      now: new Date(settings.now()).toISOString(),
    });
    return reply.code(202).send();
  });
}

/** How an order came to be decides which message tells of it. */
function bornAs(order: Order, { imported, recurring }: Query): readonly [Order, MessagePayload] {
  if (imported === 'true') return [order, { type: 'OrderImported' }];
  if (recurring !== 'true') return [order, { type: 'OrderCreated' }];
  const recurringOrderRef = { typeId: 'recurring-order', id: '4ec00000-0000-4000-8000-000000000001' };
  const born = { ...order, origin: 'RecurringOrder', recurringOrder: recurringOrderRef };
  return [born, { type: 'OrderCreatedFromRecurringOrder', recurringOrderRef }];
}

/** Absent: somebody in the Merchant Center. */
function parseActor(actor: unknown): Actor {
  if (actor === undefined) return merchant;
  const { clientId } = parseMembers(actor, 'an actor', ['clientId']);
  if (typeof clientId !== 'string') throw new ControlRefusal("An actor's 'clientId' must be a text.");
  return { clientId, isPlatformClient: false };
}
