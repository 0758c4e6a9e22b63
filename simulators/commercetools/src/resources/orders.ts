import { exchangeOf } from '@pipeline/simulator-control';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { concurrentModification, invalidInput, resourceNotFound } from '../errors.ts';
import { expand } from '../expand.ts';
import type { Order } from '../model.ts';
import { type OrderEntry, orderFacets } from '../orderStore.ts';
import { mayOvertake } from '../orders/foreignWriter.ts';
import { parseOrderUpdate } from '../orders/updateOrder.ts';
import { writeDelete, writeUpdate } from '../orders/write.ts';
import { fieldsOf, valuesOf } from '../query/fields.ts';
import {
  listParameter,
  parseQuery,
  type Query,
  type QueryParameters,
  toPagedAnswer,
  toSerializedAnswer,
} from '../query/query.ts';
import { runQuery } from '../query/run.ts';
import { needs } from '../scopes.ts';
import type { Simulation } from '../simulation.ts';
import { resolveReference } from '../state.ts';
import { orderFields } from './fields.ts';

type OrderRequest = FastifyRequest<{
  Params: { id?: string; orderNumber?: string; storeKey?: string };
  Querystring: QueryParameters;
}>;

const view = needs('view_orders');
const manage = needs('manage_orders');

/** `/orders` and `/in-store/key={storeKey}/orders`: read, update, delete by id and by order number, and query. */
export function registerOrders(app: FastifyInstance, simulation: Simulation): void {
  const { state, settings, dice, quirks } = simulation;

  function idOf({ params }: OrderRequest): string {
    const { id = state.orders.idOf(params.orderNumber ?? '') } = params;
    if (id !== undefined && state.orders.summary(id) && isInStore(id, params.storeKey)) return id;
    const [what, value] = params.id === undefined ? ['order number', params.orderNumber] : ['ID', params.id];
    throw resourceNotFound(`The Resource with ${what} '${value}' was not found.`);
  }

  const isInStore = (id: string, storeKey: string | undefined): boolean =>
    storeKey === undefined || state.orders.find(id)?.store?.key === storeKey;

  function expanded(order: Order, query: QueryParameters): Order {
    return expand(order, listParameter(query, 'expand'), (typeId, id) => resolveReference(state, typeId, id));
  }

  /** Without expansion the stored bytes are the answer. */
  function send(reply: FastifyReply, id: string, query: QueryParameters): FastifyReply {
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
    const parsed = parseOrderUpdate(request.body, quirks);
    const clientId = exchange.entry.clientId ?? '';
    const found = state.orders.find(id) as Order;
    expanded(found, request.query); // a malformed expansion is refused before anything is written
    const current = mayOvertake(simulation, found, clientId);
    const actor = { clientId, isPlatformClient: false };
    if (writeUpdate(simulation, { current, update: parsed, actor }) !== current) exchange.markEffect();
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
    const actor = { clientId: exchange.entry.clientId ?? '', isPlatformClient: false };
    writeDelete(simulation, { order, dataErasure: request.query.dataErasure === 'true', actor });
    return reply.send(answer);
  }

  /** Whatever may fulfill the predicate: by id and by order number nothing else needs to be looked at. */
  function* candidates({ predicate }: Query, storeKey: string | undefined): Generator<OrderEntry> {
    const ids =
      predicate &&
      (valuesOf(predicate, 'id') ??
        valuesOf(predicate, 'orderNumber')?.map((orderNumber) => state.orders.idOf(String(orderNumber)) ?? ''));
    const entries = ids
      ? [...new Set(ids)].flatMap((id) => state.orders.entry(String(id)) ?? [])
      : state.orders.entries();
    for (const entry of entries) if (isIndexed(entry) && isInStore(entry.summary.id, storeKey)) yield entry;
  }

  function isIndexed({ summary: { id, version }, facets }: OrderEntry): boolean {
    if (quirks.queryLagMs === 0) return true;
    const lagMs = dice('query lag', `${state.orders.nameOf(id)}@${version}`) * quirks.queryLagMs;
    return Date.parse(String(facets.lastModifiedAt)) + lagMs <= settings.now();
  }

  function query(request: OrderRequest, reply: FastifyReply): FastifyReply {
    const parsed = parseQuery(request.query, orderFields);
    const { predicate, sort } = parsed;
    const used = [...(predicate ? fieldsOf(predicate) : []), ...sort.map(({ path }) => path[0] ?? '')];
    const { page, total } = runQuery(candidates(parsed, request.params.storeKey), parsed, {
      arbitrary: quirks.unsortedQueries,
      needsDocument: !used.every((field) => orderFacets.has(field)),
    });
    if (request.method === 'HEAD') return reply.code(page.length > 0 ? 200 : 404).send();
    if (listParameter(request.query, 'expand').length > 0) {
      const results = page.map(({ document }) => expanded(document() as Order, request.query));
      return reply.send(toPagedAnswer(parsed, results, total));
    }
    const answer = toSerializedAnswer(
      parsed,
      page.map(({ json }) => json),
      total,
    );
    return reply.type('application/json; charset=utf-8').send(answer);
  }

  for (const prefix of ['', '/in-store/key=:storeKey']) {
    app.head(`${prefix}/orders`, view, query);
    app.get(`${prefix}/orders`, { ...view, exposeHeadRoute: false }, query);
    for (const path of [`${prefix}/orders/:id`, `${prefix}/orders/order-number=:orderNumber`]) {
      app.get(path, view, read);
      app.post(path, manage, update);
      app.delete(path, manage, remove);
    }
  }
}
