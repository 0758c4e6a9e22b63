import { topics } from '@pipeline/schemas';
import type { Codec } from '@pipeline/streams/avro';
import { anOrderEvent, newOrderIds } from './orders.ts';

/** Text that brings an encoded order event to `bytes`; empty when it is that large without. */
export async function fillerFor(codec: Codec, bytes: number): Promise<string> {
  const [id = { orderId: '', orderNumber: '' }] = newOrderIds(1);
  const bare = await codec.encode(topics.commerceOrders, anOrderEvent(id));
  return 'x'.repeat(Math.max(0, bytes - bare.length));
}
