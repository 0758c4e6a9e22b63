import type { EffectPermit, FulfillmentProvider, FulfillmentRequest, PlacedOrder } from '../../ports.ts';
import { patient } from '../setting.ts';

/** Maps it and sends it. */
export async function placeOrder(
  provider: FulfillmentProvider,
  request: FulfillmentRequest,
  permit: EffectPermit,
): Promise<PlacedOrder> {
  return provider.placeOrder(await provider.mapOrder(request, patient), permit);
}
