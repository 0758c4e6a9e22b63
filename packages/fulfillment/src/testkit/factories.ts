import type {
  CommerceOrderEvent,
  FulfillmentEvent,
  HandoverJob,
  LedgerEntry,
  LineItem,
  OrderFulfillmentState,
  OrderParts,
  OrderSnapshot,
  PackJob,
  Parcel,
  PickJob,
  Placement,
  PlatformStatus,
  ProviderOrder,
  Return,
  RoutingPlan,
  Shipment,
  Shipping,
} from '@pipeline/schemas/types';
import { noParts } from '../eventParts.ts';
import type { PlacedOrder } from '../ports.ts';

/** 2026-01-15T10:00:00Z, the instant around which everything here happens. */
export const NOON = 1_768_471_200_000;
export const ORDER_ID = '0b7c2f0e-5a4e-4a53-9d0a-0a52f4e3c001';
export const PROCESS_ID = 'process-1';
export const PROVIDER_ORDER_ID = 'fft-order-1';

const address = {
  country: 'DE',
  salutation: null,
  title: null,
  firstName: 'Ada',
  lastName: 'Example',
  company: null,
  street: 'Musterweg',
  houseNumber: '1',
  additionalStreetInfo: null,
  additionalAddressInfo: null,
  building: null,
  apartment: null,
  pOBox: null,
  postalCode: '50667',
  city: 'Köln',
  region: null,
  state: null,
  phone: null,
  mobile: null,
  email: null,
  customFields: {},
};

export const aShipping = (over: Partial<Shipping> = {}): Shipping => ({
  key: null,
  methodKey: 'standard',
  methodName: 'Standard',
  address: null,
  price: null,
  methodCustomFields: {},
  customFields: {},
  ...over,
});

export const aLineItem = (over: Partial<LineItem> = {}): LineItem => ({
  id: 'line-1',
  productId: 'product-1',
  sku: 'sku-1',
  name: { 'de-DE': 'Jacke' },
  quantity: 1,
  gift: false,
  imageUrl: null,
  price: null,
  discountedPrice: null,
  totalPrice: null,
  attributes: {},
  supplyChannelKey: null,
  customFields: {},
  shippingTargets: [],
  ...over,
});

/** A confirmed order with one line, to be shipped. */
export const anOrder = (over: Partial<OrderSnapshot> = {}): OrderSnapshot => ({
  id: ORDER_ID,
  version: 5,
  orderNumber: '4711',
  createdAt: NOON - 60_000,
  completedAt: null,
  readAt: NOON,
  orderState: 'Confirmed',
  paymentState: 'Paid',
  shipmentState: null,
  customerId: 'customer-1',
  customerEmail: 'ada@example.com',
  locale: 'de-DE',
  country: 'DE',
  storeKey: null,
  totalPrice: { currency: 'EUR', amount: 4_990, fractionDigits: 2 },
  shippingMode: 'Single',
  shippings: [aShipping()],
  shippingAddress: address,
  billingAddress: address,
  lineItems: [aLineItem()],
  customLineItemCount: 0,
  customTypeId: null,
  customFields: {},
  syncInfo: [],
  deliveryCount: 0,
  returnInfoCount: 0,
  ...over,
});

export const aCommerceOrderEvent = (over: Partial<CommerceOrderEvent> = {}): CommerceOrderEvent => ({
  type: 'OrderConfirmed',
  platform: 'commercetools',
  instance: 'default',
  projectKey: 'shop',
  orderId: ORDER_ID,
  orderVersion: 5,
  orderNumber: '4711',
  eventId: 'message-1',
  cause: 'OrderStateChanged',
  occurredAt: NOON,
  receivedAt: NOON,
  dataErasure: false,
  snapshotIncluded: false,
  order: null,
  ...over,
});

export const aPlacement = (over: Partial<Placement> = {}): Placement => ({
  target: 'order',
  provider: 'fulfillmenttools',
  status: 'placed',
  reason: null,
  attempt: 1,
  uncertain: false,
  member: 'router-1',
  tenantOrderId: '4711',
  providerOrderId: PROVIDER_ORDER_ID,
  processId: PROCESS_ID,
  collect: false,
  lines: [{ articleId: 'sku-1', quantity: 1 }],
  orderVersion: 5,
  placedAt: NOON,
  redriveId: null,
  lock: 'none',
  erasure: 'none',
  amendment: null,
  ...over,
});

export const aLedgerEntry = (over: Partial<LedgerEntry> = {}): LedgerEntry => ({
  orderId: ORDER_ID,
  orderNumber: '4711',
  platform: 'commercetools',
  instance: 'default',
  projectKey: 'shop',
  orderVersion: 5,
  cancelVersion: null,
  updatedAt: NOON,
  placements: [aPlacement()],
  ...over,
});

export const aPlacedOrder = (over: Partial<PlacedOrder> = {}): PlacedOrder => ({
  providerOrderId: PROVIDER_ORDER_ID,
  processId: PROCESS_ID,
  tenantOrderId: '4711',
  status: 'OPEN',
  version: 1,
  orderId: ORDER_ID,
  projectKey: 'shop',
  collect: false,
  lines: [{ articleId: 'sku-1', quantity: 1 }],
  ...over,
});

export const aProviderOrder = (over: Partial<ProviderOrder> = {}): ProviderOrder => ({
  id: PROVIDER_ORDER_ID,
  version: 1,
  status: 'OPEN',
  cancellation: 'NONE',
  cancelReason: null,
  lines: [{ articleId: 'sku-1', quantity: 1 }],
  ...over,
});

export const aRoutingPlan = (over: Partial<RoutingPlan> = {}): RoutingPlan => ({
  id: 'plan-1',
  version: 1,
  status: 'ROUTED',
  facilityId: 'facility-1',
  pickJobId: null,
  parentId: null,
  lines: [{ articleId: 'sku-1', quantity: 1 }],
  ...over,
});

export const aPickJob = (over: Partial<PickJob> = {}): PickJob => ({
  id: 'pick-1',
  version: 1,
  status: 'OPEN',
  channel: 'DELIVERY',
  shortId: 'A1',
  facilityId: 'facility-1',
  createdAt: NOON,
  internal: false,
  routingPlanId: null,
  loadUnitsAmount: null,
  lines: [{ articleId: 'sku-1', quantity: 1, picked: 0 }],
  ...over,
});

export const aHandoverJob = (over: Partial<HandoverJob> = {}): HandoverJob => ({
  id: 'handover-1',
  version: 1,
  status: 'OPEN',
  channel: 'DELIVERY',
  createdAt: NOON,
  pickJobId: 'pick-1',
  facilityId: 'facility-1',
  internal: false,
  cancelReason: null,
  shipmentId: null,
  parcelId: null,
  carrierKey: null,
  trackingNumber: null,
  lines: [{ articleId: 'sku-1', quantity: 1, handedOver: 0, refused: 0 }],
  ...over,
});

export const aParcel = (over: Partial<Parcel> = {}): Parcel => ({
  id: 'parcel-1',
  version: 1,
  status: 'DONE',
  shipmentId: null,
  pickJobId: 'pick-1',
  carrierKey: 'DHL',
  trackingNumber: null,
  trackingUrl: null,
  trackingStatus: null,
  ...over,
});

export const aShipment = (over: Partial<Shipment> = {}): Shipment => ({
  id: 'shipment-1',
  version: 1,
  status: 'CONFIRMED',
  pickJobId: 'pick-1',
  carrierKey: 'DHL',
  parcels: [],
  ...over,
});

export const aPackJob = (over: Partial<PackJob> = {}): PackJob => ({
  id: 'pack-1',
  version: 1,
  status: 'OPEN',
  pickJobId: 'pick-1',
  internal: false,
  ...over,
});

export const aReturn = (over: Partial<Return> = {}): Return => ({
  id: 'return-job-1',
  version: 1,
  status: 'OPEN',
  items: [{ returnId: 'return-1', articleId: 'sku-1', quantity: 1, facilityId: null, accepted: 0 }],
  ...over,
});

type Part = Partial<
  Pick<
    FulfillmentEvent,
    'order' | 'routingPlan' | 'pickJob' | 'handoverJob' | 'parcel' | 'return' | 'refund' | 'shipment' | 'packJob'
  >
>;

const typeOf = (part: Part): FulfillmentEvent['type'] => {
  if (part.order) return 'OrderChanged';
  if (part.routingPlan) return 'RoutingPlanChanged';
  if (part.pickJob) return 'PickJobChanged';
  if (part.handoverJob) return 'HandoverJobChanged';
  if (part.parcel) return 'ParcelChanged';
  if (part.return) return 'ReturnChanged';
  if (part.shipment) return 'ShipmentChanged';
  if (part.packJob) return 'PackJobChanged';
  return part.refund ? 'RefundTriggered' : 'Unknown';
};

/** The event of one entity: its type follows from the part that is given. */
export const aFulfillmentEvent = (over: Partial<FulfillmentEvent> = {}): FulfillmentEvent => ({
  type: typeOf(over),
  provider: 'fulfillmenttools',
  instance: 'default',
  projectKey: 'shop',
  orderId: ORDER_ID,
  processId: PROCESS_ID,
  providerOrderId: null,
  tenantOrderId: '4711',
  eventId: 'event-1',
  cause: 'ANY',
  occurredAt: NOON,
  receivedAt: NOON,
  ...noParts,
  ...over,
});

export const aPlatformStatus = (over: Partial<PlatformStatus> = {}): PlatformStatus => ({
  version: 5,
  shipmentState: null,
  customTypeId: null,
  gone: false,
  parts: null,
  ...over,
});

/** Of an order with one line that is shipped, and nothing else. */
export const someParts = (over: Partial<OrderParts> = {}): OrderParts => ({
  lines: [{ id: 'line-1', articleId: 'sku-1', quantity: 1 }],
  shippingKeys: [''],
  deliveries: [],
  returns: [],
  syncInfo: [],
  ...over,
});

export const aState = (over: Partial<OrderFulfillmentState> = {}): OrderFulfillmentState => ({
  orderId: ORDER_ID,
  orderNumber: '4711',
  projectKey: 'shop',
  updatedAt: NOON,
  placement: null,
  processes: [],
  written: null,
  platform: null,
  reopened: 0,
  refused: [],
  redriveIds: [],
  targets: [],
  unplaced: [],
  ...over,
});
