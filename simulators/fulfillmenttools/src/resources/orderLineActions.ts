import type { FastifyInstance } from 'fastify';
import { exchangeOf } from '@pipeline/simulator-control';
import type { World } from '../core/world.ts';
import { notFound } from '../http/problem.ts';
import { parseOrderLineAction } from '../validation/orderAction.ts';
import { knownOrder } from './orders.ts';
import { checkAlive, checkVersion, modifyOrder } from './orderWrites.ts';

interface Params {
  readonly orderId: string;
  readonly lineId: string;
}

/** `POST /api/orders/{id}/orderlineitems/{lineId}/actions`: replaces the customAttributes of a line. */
export function registerOrderLineActions(app: FastifyInstance, world: World): void {
  app.post<{ Params: Params }>('/api/orders/:orderId/orderlineitems/:lineId/actions', (request) => {
    const { version, customAttributes } = parseOrderLineAction(request.body);
    const { orderId, lineId } = request.params;
    const record = knownOrder(world, orderId);
    const { orderLineItems } = record.order;
    const at = orderLineItems.findIndex(({ id }) => id === lineId);
    const line = orderLineItems[at];
    if (line === undefined) throw notFound('order line', lineId);
    checkVersion(world, record, version);
    checkAlive(record);
    const change = { orderLineItems: orderLineItems.with(at, { ...line, customAttributes }) };
    if (modifyOrder(world, record, { change, changes: change })) exchangeOf(request).markEffect();
    return record.order;
  });
}
