import { randomUUID } from 'node:crypto';
import { aHandoverJob, aParcel, aPickJob, aProviderOrder, aState } from '@pipeline/fulfillment/testkit';
import type { OrderFulfillmentState } from '@pipeline/schemas';
import type { OrderId } from './orders.ts';

const LINES = 5;

/** What the status-writer has on record of an order of five lines that was picked in one place and sent in one parcel. */
export function aShippedState({ orderId, orderNumber }: OrderId): OrderFulfillmentState {
  const lines = Array.from({ length: LINES }, (_, line) => ({
    articleId: `SKU-${1_001 + line}`,
    quantity: 1 + (line % 3),
  }));
  const [providerOrderId, processId, pickJobId, handoverJobId, facilityId] = Array.from({ length: 5 }, () =>
    randomUUID(),
  );
  const ids = { providerOrderId: providerOrderId ?? '', processId: processId ?? '', pickJobId: pickJobId ?? '' };
  const pickJob = aPickJob({
    id: ids.pickJobId,
    status: 'CLOSED',
    facilityId: facilityId ?? null,
    lines: lines.map((line) => ({ ...line, picked: line.quantity })),
  });
  const handoverJob = aHandoverJob({
    id: handoverJobId ?? '',
    status: 'HANDED_OVER',
    pickJobId: ids.pickJobId,
    facilityId: facilityId ?? null,
    lines: lines.map((line) => ({ ...line, handedOver: line.quantity, refused: 0 })),
  });
  const parcel = aParcel({ id: randomUUID(), pickJobId: ids.pickJobId, trackingNumber: '00340434161094000000' });
  return aState({
    orderId,
    orderNumber,
    placement: {
      target: '',
      providerOrderId: ids.providerOrderId,
      processId: ids.processId,
      tenantOrderId: orderNumber,
      collect: false,
      attempt: 1,
      lines,
    },
    processes: [
      {
        processId: ids.processId,
        order: aProviderOrder({ id: ids.providerOrderId, lines }),
        routingPlans: [],
        pickJobs: [pickJob],
        handoverJobs: [handoverJob],
        parcels: [parcel],
        returns: [],
        refunds: [],
        gone: false,
        shipments: [],
        packJobs: [],
      },
    ],
  });
}
