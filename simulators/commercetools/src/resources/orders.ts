import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { concurrentModification, invalidInput, resourceNotFound } from '../errors.ts';
import { exchangeOf } from '@pipeline/simulator-control';
import { expand } from '../expand.ts';
import type { Order } from '../model.ts';
import { parseOrderUpdate, type UpdateContext, updateOrder } from '../orders/updateOrder.ts';
import { listParameter, parsePage, parseWhere, toPage } from '../paging.ts';
import type { Simulation } from '../simulation.ts';
import { findIn, resolveReference } from '../state.ts';

type Query = Record<string, string | string[] | undefined>;
type OrderRequest = FastifyRequest<{ Params: { id?: string; orderNumber?: string }; Querystring: Query }>;

const searchable = ['id', 'orderNumber', 'orderState', 'shipmentState', 'paymentState'] as const;

/** `/orders`: read, update, delete by id and by order number, and a small query. */
export function registerOrders(app: FastifyInstance, simulation: Simulation): void {
  const { state } = simulation;

  function idOf({ params }: OrderRequest): string {
    const { id = state.orders.idOf(params.orderNumber ?? '') } = params;
    if (id !== undefined && state.orders.summary(id)) return id;
    const [what, value] = params.id === undefined ? ['order number', params.orderNumber] : ['ID', params.id];
    throw resourceNotFound(`The Resource with ${what} '${value}' was not found.`);
  }

  function expanded(order: Order, query: Query): Order {
    return expand(order, listParameter(query, 'expand'), (typeId, id) => resolveReference(state, typeId, id));
  }

  /** Without expansion the stored bytes are the answer. */
  function send(reply: FastifyReply, id: string, query: Query): FastifyReply {
    reply.type('application/json; charset=utf-8');
    const plain = listParameter(query, 'expand').length === 0;
    return reply.send(plain ? state.orders.serialized(id) : expanded(state.orders.find(id) as Order, query));
  }

  function read(request: OrderRequest, reply: FastifyReply): FastifyReply {
    return send(reply, idOf(request), request.query);
  }

  function update(request: OrderRequest, reply: FastifyReply): FastifyReply {
    const id = idOf(request);
    const exchange = exchangeOf(request);
    const current = state.orders.find(id) as Order;
    const context = updateContext(simulation, exchange.entry.clientId ?? '');
    const { order, messages } = updateOrder(current, parseOrderUpdate(request.body), context);
    expanded(order, request.query); // a malformed expansion is refused before anything is written
    if (order !== current) {
      exchange.markEffect();
      state.orders.put(order);
      const { actor, now } = context;
      simulation.publisher.publish(order, messages, { resourceVersion: order.version, actor, now });
    }
    return send(reply, id, request.query);
  }

  function remove(request: OrderRequest, reply: FastifyReply): FastifyReply {
    const order = state.orders.find(idOf(request)) as Order;
    const version = Number(request.query.version);
    if (!Number.isSafeInteger(version))
      throw invalidInput('Malformed parameter: version: a version is required to delete.');
    if (version !== order.version) throw concurrentModification(order.id, version, order.version);
    const answer = expanded(order, request.query);
    const exchange = exchangeOf(request);
    exchange.markEffect();
    state.orders.delete(order.id);
    const { actor, now } = updateContext(simulation, exchange.entry.clientId ?? '');
    const change = { resourceVersion: order.version + 1, actor, now };
    simulation.publisher.publish(order, [{ type: 'OrderDeleted', order }], change);
    return reply.send(answer);
  }

  function query(request: FastifyRequest<{ Querystring: Query }>, reply: FastifyReply): FastifyReply {
    const page = parsePage(request.query);
    const where = parseWhere(request.query, searchable);
    const found = [...state.orders.summaries()].filter((summary) =>
      where.every(({ field, value }) => summary[field as (typeof searchable)[number]] === value),
    );
    const { results, ...rest } = toPage(found, page);
    return reply.send({
      ...rest,
      results: results.map(({ id }) => expanded(state.orders.find(id) as Order, request.query)),
    });
  }

  app.get('/orders', query);
  for (const path of ['/orders/:id', '/orders/order-number=:orderNumber']) {
    app.get(path, read);
    app.post(path, update);
    app.delete(path, remove);
  }
}

function updateContext(simulation: Simulation, clientId: string): UpdateContext {
  const { state, settings, random } = simulation;
  const { min, max } = settings.versionStep;
  return {
    now: new Date(settings.now()).toISOString(),
    newId: randomUUID,
    type: (identifier) => findIn(state.types, identifier),
    channel: (identifier) => findIn(state.channels, identifier),
    orderNumberTaken: (orderNumber) => state.orders.idOf(orderNumber) !== undefined,
    actor: { clientId, isPlatformClient: false },
    versionStep: () => min + Math.floor(random() * (max - min + 1)),
  };
}
