import type { FastifyInstance } from 'fastify';
import { exchangeOf } from '@pipeline/simulator-control';
import type { DeliveryPreferences, Order, OrderLine } from '../core/model.ts';
import type { OrderRecord } from '../core/orderStore.ts';
import type { World } from '../core/world.ts';
import { badRequest } from '../http/problem.ts';
import { type OrderChanges, type OrderLineForUpdate, parseOrderForUpdate } from '../validation/orderUpdate.ts';
import { knownOrder } from './orders.ts';
import { checkAlive, checkNotHandedOver, checkVersion, modifyOrder } from './orderWrites.ts';
import { checkFacility } from './references.ts';

/**
 * `PATCH /api/orders/{id}`. A field that is given replaces the whole field. No consumer once goods were handed over. Order
 * lines are stricter than at the
 * vendor: no pick job may exist yet, where the vendor would route again while all of them are open.
 */
export function registerOrderUpdate(app: FastifyInstance, world: World): void {
  app.patch<{ Params: { orderId: string } }>('/api/orders/:orderId', (request) => {
    const { version, comment, ...changes } = parseOrderForUpdate(request.body);
    const record = knownOrder(world, request.params.orderId);
    checkVersion(world, record, version);
    checkAlive(record);
    if (changes.consumer !== undefined) {
      checkFacility(world, 'consumer', changes.consumer);
      checkNotHandedOver(world, record);
    }
    const change = toChange(world, record, changes);
    const modification = { change, changes, ...(comment === undefined ? {} : { comment }) };
    if (modifyOrder(world, record, modification)) exchangeOf(request).markEffect();
    return record.order;
  });
}

function toChange(world: World, record: OrderRecord, changes: OrderChanges): Partial<Order> {
  const { consumer, customAttributes, orderLineItems, preferredHandlingTime, pricing } = changes;
  const { order } = record;
  return {
    ...(consumer === undefined ? {} : { consumer }),
    ...(customAttributes === undefined ? {} : ({ customAttributes: customAttributes ?? undefined } as Partial<Order>)),
    ...(orderLineItems == null ? {} : { orderLineItems: toLines(world, record, orderLineItems) }),
    ...(preferredHandlingTime === undefined
      ? {}
      : { deliveryPreferences: handledAt(order.deliveryPreferences ?? {}, preferredHandlingTime) }),
    ...(pricing === undefined ? {} : ({ pricing } as Partial<Order>)),
  };
}

function handledAt(preferences: DeliveryPreferences, time: string): DeliveryPreferences {
  const { collect } = preferences;
  if (collect === undefined || collect.length === 0) return { ...preferences, targetTime: time };
  return { ...preferences, collect: collect.map((place) => ({ ...place, provisioningTime: time })) };
}

/** Quantity and article can change, but not its tenantArticleId; lines that are not given go, and none can come. */
function toLines(world: World, { order }: OrderRecord, updates: readonly OrderLineForUpdate[]): OrderLine[] {
  if (!world.settings.orderModification) {
    throw badRequest('Order cannot be modified', 'The configuration of the tenant does not allow new order lines.');
  }
  const pickJobs = world.state.processes.get(order.processId)?.pickJobRefs ?? [];
  if (pickJobs.length > 0) throw badRequest('Order cannot be modified', `Pick job ${pickJobs[0]} exists.`);
  const seen = new Set<string>();
  return updates.map(({ id = '', quantity, article }) => {
    const line = order.orderLineItems.find((candidate) => candidate.id === id);
    if (line === undefined || seen.has(id)) {
      throw badRequest(
        'Invalid order line',
        'body.orderLineItems must name lines of the order by their id, each once.',
      );
    }
    seen.add(id);
    const { tenantArticleId } = line.article;
    if (article?.tenantArticleId !== undefined && article.tenantArticleId !== tenantArticleId) {
      throw badRequest('Invalid order line', 'body.orderLineItems.article.tenantArticleId cannot change.');
    }
    return { ...line, quantity: quantity ?? line.quantity, article: { ...line.article, ...article, tenantArticleId } };
  });
}
