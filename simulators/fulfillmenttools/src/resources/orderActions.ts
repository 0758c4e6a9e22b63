import type { FastifyInstance } from 'fastify';
import { exchangeOf } from '@pipeline/simulator-control';
import type { ConsumerAddress, Order } from '../core/model.ts';
import type { OrderRecord } from '../core/orderStore.ts';
import { revise, type World } from '../core/world.ts';
import { badRequest } from '../http/problem.ts';
import { cancelOrder, cancelRefusal } from '../life/cancel.ts';
import type { Lives } from '../life/life.ts';
import { type OrderAction, parseOrderAction } from '../validation/orderAction.ts';
import { knownOrder } from './orders.ts';
import { checkAlive, checkNotHandedOver, checkVersion, modifyOrder } from './orderWrites.ts';
import { confirmPromise, extendPromise } from './promises.ts';

/** `POST /api/orders/{id}/actions`. An old version is refused with 409 before anything else is looked at. */
export function registerOrderActions(app: FastifyInstance, world: World, lives: Lives): void {
  app.post<{ Params: { orderId: string } }>('/api/orders/:orderId/actions', (request) => {
    const action = parseOrderAction(request.body);
    const record = knownOrder(world, request.params.orderId);
    checkVersion(world, record, action.version);
    if (act(world, lives, record, action)) exchangeOf(request).markEffect();
    return record.order;
  });
}

/** True: it had an effect. Throws the 400 of an action that does not fit the state of the order. */
function act(world: World, lives: Lives, record: OrderRecord, action: OrderAction): boolean {
  switch (action.name) {
    case 'CANCEL': {
      const refusal = cancelRefusal(world, record);
      if (refusal !== undefined) throw badRequest('Order cannot be cancelled', refusal);
      cancelOrder(world, record, 'ORDER_CANCELLED', toReason(action.cancelationReasonId));
      return true;
    }
    case 'FORCE_CANCEL':
      forceCancel(world, record, action.cancelationReasonId);
      return true;
    case 'UNLOCK':
      unlock(world, lives, record, action.targetTime);
      return true;
    case 'CONFIRM_PROMISE':
      confirmPromise(world, lives, record, action.tenantOrderId);
      return true;
    case 'EXTEND_PROMISE':
      extendPromise(world, record);
      return true;
    case 'CHANGE_CONSUMER_ADDRESS': {
      const address = { ...action.consumerAddress, addressType: action.addressType };
      return replaceAddresses(world, record, withAddress(record.order, address));
    }
    case 'REPLACE_CONSUMER_ADDRESSES':
      return replaceAddresses(world, record, action.consumerAddresses);
    default:
      throw badRequest('Unknown action', String(action satisfies never));
  }
}

const toReason = (id: string | undefined) => (id === undefined ? undefined : { id, action: 'CANCELATION' });

/** Throws a 400 when the tenant does not allow it, or the order has ended. */
export function forceCancel(world: World, record: OrderRecord, cancelationReasonId: string | undefined): void {
  const { status } = record.order;
  if (!world.settings.forceCancel) {
    throw badRequest('Order cannot be cancelled', 'The configuration of the tenant does not allow FORCE_CANCEL.');
  }
  if (status === 'CANCELLED' || status === 'OBSOLETE') {
    throw badRequest('Order cannot be cancelled', `The order is ${status}.`);
  }
  cancelOrder(world, record, 'ORDER_FORCE_CANCELLED', toReason(cancelationReasonId));
}

function unlock(world: World, lives: Lives, record: OrderRecord, targetTime: string | undefined): void {
  const { status, deliveryPreferences } = record.order;
  if (status !== 'LOCKED') throw badRequest('Order cannot be unlocked', `The order is ${status}.`);
  const order = revise(world, record.order, {
    status: 'OPEN',
    ...(targetTime === undefined ? {} : { deliveryPreferences: { ...deliveryPreferences, targetTime } }),
  });
  world.state.orders.replace(order, world.clock.now());
  world.publish('ORDER_UNLOCKED', order);
  lives.start(record);
}

function replaceAddresses(world: World, record: OrderRecord, addresses: readonly ConsumerAddress[]): boolean {
  checkAlive(record);
  checkNotHandedOver(world, record);
  const consumer = { ...record.order.consumer, addresses };
  return modifyOrder(world, record, { change: { consumer }, changes: { consumer } });
}

/** An address without a type is the postal one. */
function withAddress({ consumer }: Order, address: ConsumerAddress): readonly ConsumerAddress[] {
  const addresses = consumer.addresses ?? [];
  const at = addresses.findIndex(({ addressType = 'POSTAL_ADDRESS' }) => addressType === address.addressType);
  return at < 0 ? [...addresses, address] : addresses.with(at, address);
}
