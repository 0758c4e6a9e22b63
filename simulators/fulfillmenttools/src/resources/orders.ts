import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { DeliveryPreferences, Order, OrderForCreation } from '../core/model.ts';
import { noWorkflow } from '../core/model.ts';
import { indexedOrder, type OrderRecord } from '../core/orderStore.ts';
import { startProcess } from '../core/processes.ts';
import { newEntity, present, type World } from '../core/world.ts';
import { exchangeOf } from '@pipeline/simulator-control';
import { pageSize, type Query, single } from '../http/paging.ts';
import { notFound } from '../http/problem.ts';
import { beginLife } from '../life/begin.ts';
import type { Lives } from '../life/life.ts';
import { parseOrderForCreation } from '../validation/order.ts';
import { checkPromise, expirePromise } from './promises.ts';
import { checkReferences, findFacility } from './references.ts';
import { checkUniqueness } from './uniqueness.ts';

export function registerOrders(app: FastifyInstance, world: World, lives: Lives): void {
  app.post('/api/orders', (request, reply) => {
    const body = parseOrderForCreation(request.body);
    checkReferences(world, body);
    checkPromise(world, body);
    checkUniqueness(world, body);
    const record = createOrder(world, body);
    exchangeOf(request).markEffect();
    world.publish('ORDER_CREATED', record.order);
    lives.start(record);
    expirePromise(world, record);
    return reply.code(201).header('location', `/api/orders/${record.order.id}`).send(record.order);
  });

  app.get('/api/orders', (request) => {
    const query = request.query as Query;
    const { found, total } = listOrders(world, query);
    return { orders: found.map(toStripped), total };
  });

  app.get<{ Params: { orderId: string } }>('/api/orders/:orderId', (request) => {
    return knownOrder(world, request.params.orderId).order;
  });
}

/** Read-after-write: what is stored now. Throws a 404. */
export function knownOrder(world: World, id: string): OrderRecord {
  const record = world.state.orders.get(id);
  if (record === undefined) throw notFound('order', id);
  return record;
}

function createOrder(world: World, body: OrderForCreation): OrderRecord {
  const { tenantOrderId, deliveryPreferences } = body;
  const identity = newEntity(world);
  const order: Order = {
    ...body,
    ...identity,
    ...present({ deliveryPreferences: deliveryPreferences && withFacilityRefs(world, deliveryPreferences) }),
    status: body.status ?? 'OPEN',
    processId: startProcess(world, present({ id: identity.id, tenantOrderId }) as { id: string }).id,
    orderLineItems: body.orderLineItems.map((line) => ({ ...line, id: randomUUID() })),
    workflowInformation: noWorkflow,
  };
  return world.state.orders.insert(order, world.clock.now(), beginLife(world, order));
}

/** The vendor's own id is shown beside the tenantFacilityId that the order was made with. */
function withFacilityRefs(world: World, preferences: DeliveryPreferences): DeliveryPreferences {
  if (preferences.collect === undefined) return preferences;
  return {
    ...preferences,
    collect: preferences.collect.map((pointer) => ({
      ...pointer,
      ...present({ facilityRef: findFacility(world, pointer)?.id }),
    })),
  };
}

/** Eventually consistent, as the vendor's lists are: an order or a change is shown after the index lag. */
function listOrders(world: World, query: Query): { found: readonly Order[]; total: number } {
  const { orders } = world.state;
  const { indexLagMs } = world.settings;
  const now = world.clock.now();
  const tenantOrderId = single(query, 'tenantOrderId');
  const consumerId = single(query, 'consumerId');
  const after = single(query, 'startAfterId');
  const size = pageSize(query);
  const shown = (record: OrderRecord) => indexedOrder(record, now, indexLagMs);

  if (tenantOrderId === undefined && consumerId === undefined) {
    const all = orders.all();
    const from = after === undefined ? 0 : (orders.positionOf(after) ?? all.length) + 1;
    const found: Order[] = [];
    for (let at = from; at < all.length && found.length < size; at += 1) {
      const order = shown(all[at] as OrderRecord);
      if (order !== undefined) found.push(order);
    }
    return { found, total: all.filter((record) => shown(record) !== undefined).length };
  }
  const candidates =
    tenantOrderId === undefined ? orders.withConsumerId(consumerId ?? '') : orders.withTenantOrderId(tenantOrderId);
  const matching = candidates
    .flatMap((record) => shown(record) ?? [])
    .filter((order) => consumerId === undefined || order.consumer.consumerId === consumerId)
    .filter((order) => tenantOrderId === undefined || order.tenantOrderId === tenantOrderId);
  const from = after === undefined ? 0 : matching.findIndex((order) => order.id === after) + 1;
  return { found: matching.slice(from, from + size), total: matching.length };
}

/** All that a list shows of an order: neither tenantOrderId nor customAttributes. */
const toStripped = ({ id, version, status, orderDate, created, lastModified, ...order }: Order) => ({
  ...{ id, version, status, orderDate, created, lastModified },
  ...present({ stickers: order.stickers }),
  orderLineItems: order.orderLineItems.map(({ article, quantity }) => ({ title: article.title, quantity })),
  processRef: order.processId,
});
