import type { StatusFields } from '../../ports.ts';
import type { ShopOrder } from './driver.ts';

/** In the sample order; never to be found in an error. */
export const personal: readonly string[] = ['augusta@example.org', 'Bad Musterstadt'];

export const anOrder = (over: Partial<ShopOrder> = {}): ShopOrder => ({
  orderNumber: 'WEB-1001',
  email: 'augusta@example.org',
  city: 'Bad Musterstadt',
  lines: [
    { sku: 'sku-1', quantity: 2 },
    { sku: 'sku-2', quantity: 1 },
  ],
  shipmentState: null,
  shipping: 'one',
  type: 'none',
  fields: {},
  note: 'gift wrap',
  ...over,
});

export const noFields: StatusFields = {
  providerOrderId: null,
  pickJobId: null,
  shortId: null,
  facilityId: null,
  loadUnitsAmount: null,
  handoverJobId: null,
  parcels: null,
  jobs: null,
};

export const someFields: StatusFields = {
  providerOrderId: 'fulfillment-1',
  pickJobId: 'pick-1',
  shortId: 'S1',
  facilityId: 'store-1',
  loadUnitsAmount: 2,
  handoverJobId: 'handover-1',
  parcels: null,
  jobs: null,
};
