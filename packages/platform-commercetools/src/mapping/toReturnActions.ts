import type { OrderUpdateAction } from '@commercetools/platform-sdk';
import type { ReturnStep } from '@pipeline/fulfillment';

/** The update action of one step. */
export function toReturnAction(step: ReturnStep): OrderUpdateAction {
  if (step.step === 'setReturnState')
    return { action: 'setReturnShipmentState', returnItemId: step.itemId, shipmentState: step.shipmentState };
  return {
    action: 'addReturnInfo',
    returnTrackingId: step.trackingId,
    items: step.items.map(({ lineId, quantity, shipmentState }) => ({ lineItemId: lineId, quantity, shipmentState })),
  };
}
