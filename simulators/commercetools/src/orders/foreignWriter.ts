import type { Actor, Fields, Order } from '../model.ts';
import type { Simulation } from '../simulation.ts';
import { writeUpdate } from './write.ts';

/** Somebody who works in the Merchant Center. */
export const merchant: Actor = {
  user: { typeId: 'user', id: '0e7c0000-0000-4000-8000-000000000001' },
  isPlatformClient: true,
};

/**
 * Somebody else may change the order just before an update of it, so that it is another version by then: decided per
 * order and version. `clientId` is the API client of that update; the change may carry it too. The order as it is then.
 */
export function mayOvertake(simulation: Simulation, current: Order, clientId: string): Order {
  const { dice, quirks, state } = simulation;
  const key = `${state.orders.nameOf(current.id)}@${current.version}`;
  if (dice('foreign write', key) >= quirks.foreignWrites) return current;
  const isShared = dice('shared client', key) < quirks.sharedClient;
  const actor = isShared ? { clientId, isPlatformClient: false } : merchant;
  const actions = [dice('foreign action', key) < 0.5 ? payment(current) : purchase(current)];
  return writeUpdate(simulation, { current, update: { version: current.version, actions }, actor });
}

const payment = ({ paymentState }: Order): Fields => ({
  action: 'changePaymentState',
  paymentState: paymentState === 'Pending' ? 'Paid' : 'Pending',
});

/** There is a message for it, but nothing that concerns fulfillment. */
const purchase = ({ version }: Order): Fields => ({
  action: 'setPurchaseOrderNumber',
  purchaseOrderNumber: `PO-${version}`,
});
