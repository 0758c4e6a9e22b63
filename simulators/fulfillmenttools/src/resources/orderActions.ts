import type { FastifyInstance } from 'fastify';
import type { Order } from '../core/model.ts';
import type { OrderRecord } from '../core/orderStore.ts';
import { revise, type World } from '../core/world.ts';
import { exchangeOf } from '@pipeline/simulator-control';
import { ApiProblem, badRequest, versionConflict } from '../http/problem.ts';
import { cancelOrder, cancelRefusal } from '../life/cancel.ts';
import type { Lives } from '../life/life.ts';
import { type OrderAction, parseOrderAction } from '../validation/orderAction.ts';
import { knownOrder } from './orders.ts';

/** `POST /api/orders/{id}/actions`. An old version is refused with 409 before anything else is looked at. */
export function registerOrderActions(app: FastifyInstance, world: World, lives: Lives): void {
  app.post<{ Params: { orderId: string } }>('/api/orders/:orderId/actions', (request) => {
    const action = parseOrderAction(request.body);
    const record = knownOrder(world, request.params.orderId);
    if (action.version !== record.order.version) throw versionConflict('order', record.order.version, action.version);
    const order = act(world, lives, record, action);
    exchangeOf(request).markEffect();
    return order;
  });
}

function act(world: World, lives: Lives, record: OrderRecord, action: OrderAction): Order {
  const { cancelationReasonId, name } = action;
  const reason = cancelationReasonId === undefined ? undefined : { id: cancelationReasonId, action: 'CANCELATION' };
  switch (name) {
    case 'CANCEL': {
      const refusal = cancelRefusal(world, record);
      if (refusal !== undefined) throw badRequest('Order cannot be cancelled', refusal);
      return cancelOrder(world, record, 'ORDER_CANCELLED', reason);
    }
    case 'FORCE_CANCEL': {
      if (record.order.status === 'CANCELLED' || record.order.status === 'OBSOLETE') {
        throw badRequest('Order cannot be cancelled', `The order is ${record.order.status}.`);
      }
      return cancelOrder(world, record, 'ORDER_FORCE_CANCELLED', reason);
    }
    case 'UNLOCK':
      return unlock(world, lives, record);
    default:
      throw new ApiProblem(400, { summary: 'Unknown action', description: String(name satisfies never) });
  }
}

function unlock(world: World, lives: Lives, record: OrderRecord): Order {
  if (record.order.status !== 'LOCKED') {
    throw badRequest('Order cannot be unlocked', `The order is ${record.order.status}.`);
  }
  const order = revise(world, record.order, { status: 'OPEN' });
  world.state.orders.replace(order, world.clock.now());
  world.publish('ORDER_UNLOCKED', order);
  lives.start(record);
  return order;
}
