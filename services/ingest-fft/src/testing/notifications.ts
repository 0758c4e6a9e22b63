import { ORDER_ID, PROCESS_ID, PROVIDER_ORDER_ID } from '@pipeline/fulfillment/testkit';

const article = { article: { tenantArticleId: 'sku-1', title: 'Jacke' } };
const at = (seconds: number) => new Date(Date.UTC(2026, 0, 15, 10, 0, seconds)).toISOString();

/** Bytes as fulfillmenttools posts them. */
export const notification = (event: string, payload: object, eventId = event): Uint8Array =>
  Buffer.from(JSON.stringify({ event, eventId, payload }));

export const order = (over: object = {}) => ({
  id: PROVIDER_ORDER_ID,
  version: 1,
  created: at(0),
  status: 'OPEN',
  processId: PROCESS_ID,
  tenantOrderId: '4711',
  customAttributes: { commercetoolsOrderId: ORDER_ID, commercetoolsProjectKey: 'shop' },
  orderLineItems: [{ id: 'l1', quantity: 1, ...article }],
  ...over,
});

export const pickJob = (over: object = {}) => ({
  id: 'pick-1',
  version: 1,
  created: at(1),
  status: 'OPEN',
  shortId: 'A1',
  facilityRef: 'facility-1',
  orderRef: PROVIDER_ORDER_ID,
  processId: PROCESS_ID,
  tenantOrderId: '4711',
  deliveryinformation: { channel: 'SHIPPING' },
  pickLineItems: [{ id: 'l1', quantity: 1, picked: 0, ...article }],
  ...over,
});

/** It names no order: only its process and its pick job lead there. */
export const handoverJob = (over: object = {}) => ({
  id: 'handover-1',
  version: 1,
  created: at(3),
  status: 'OPEN',
  channel: 'DELIVERY',
  facilityRef: 'facility-1',
  pickJobRef: 'pick-1',
  processId: PROCESS_ID,
  handoverJobLineItems: [{ quantity: 1, handedOverQuantity: 0, ...article }],
  ...over,
});

/** The five events of an order's life, in the order in which they happen. */
export function fiveNotifications(channel: 'DELIVERY' | 'COLLECT'): Uint8Array[] {
  const deliveryinformation = { channel: channel === 'COLLECT' ? 'COLLECT' : 'SHIPPING' };
  const picked = [{ id: 'l1', quantity: 1, picked: 1, ...article }];
  const given = [{ quantity: 1, handedOverQuantity: 1, ...article }];
  return [
    notification('ORDER_CREATED', order()),
    notification('PICK_JOB_CREATED', pickJob({ deliveryinformation })),
    notification(
      'PICK_JOB_PICKING_FINISHED',
      pickJob({ deliveryinformation, version: 4, status: 'CLOSED', pickLineItems: picked }),
    ),
    notification('HANDOVERJOB_CREATED', handoverJob({ channel })),
    notification(
      'HANDOVERJOB_HANDED_OVER',
      handoverJob({ channel, version: 2, status: 'HANDED_OVER', handoverJobLineItems: given }),
    ),
  ];
}
