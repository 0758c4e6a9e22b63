import type { Order } from '@commercetools/platform-sdk';
import type { OrderSnapshot } from '@pipeline/schemas/types';
import { toOrderSnapshot } from './toOrderSnapshot.ts';

/**
 * How far an order had come when it was deleted, from the copy in the message, without anything about a person: the
 * deletion may have been for erasure. undefined: there is no copy that can be read, and none to be had any more.
 */
export function toDeletedOrder(copy: object | null, readAt: number): OrderSnapshot | undefined {
  if (copy === null) return undefined;
  let snapshot: OrderSnapshot;
  try {
    snapshot = toOrderSnapshot(copy as Order, { readAt });
  } catch {
    return undefined;
  }
  return {
    ...snapshot,
    ...{ customerId: null, customerEmail: null, shippingAddress: null, billingAddress: null },
    ...{ shippings: [], lineItems: [], customFields: {}, customLineItems: [] },
  };
}
