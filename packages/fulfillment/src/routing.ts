import type { OrderSnapshot } from '@pipeline/schemas/types';
import { customFieldText, customFieldValue, isWithoutText } from './customFields.ts';
import type { AskedLock } from './ledger/lock.ts';
import type { FulfillmentDelivery, FulfillmentRequest } from './ports.ts';

export interface ShippingMethodRule {
  readonly service: 'shipping' | 'collect';
  readonly serviceLevel?: 'DELIVERY' | 'SAMEDAY';
  readonly carriers?: readonly string[];
}

/** How an order is turned into a request, as a value. */
export interface RoutingPolicy {
  /** By key of the shipping method. */
  readonly shippingMethods: Readonly<Record<string, ShippingMethodRule>>;
  /** A method that is not listed, or an order without one. `hold` asks for a held order. (Default: fail) */
  readonly unknownShippingMethod: 'shipping' | 'fail' | 'hold';
  /** Order field with the facility's key for click & collect; null: only the supply channel tells. */
  readonly collectFacilityField: string | null;
  /** Facilities to prefer for shipping, by key of the order's store. (Default: none) */
  readonly facilitiesByStore: Readonly<Record<string, readonly string[]>>;
  /** Tag that carries the store's key; null: none. */
  readonly storeTag: string | null;
  /** Tag id by the order field whose value it carries. */
  readonly customFieldTags: Readonly<Record<string, string>>;
}

export const defaultRoutingPolicy: RoutingPolicy = {
  shippingMethods: {},
  unknownShippingMethod: 'fail',
  collectFacilityField: null,
  facilitiesByStore: {},
  storeTag: null,
  customFieldTags: {},
};

export type RoutingProblem =
  | 'shipping-method-unknown'
  | 'shipping-method-missing'
  | 'several-shipping-targets'
  | 'collect-facility-missing'
  | 'collect-facility-ambiguous'
  | 'collect-facility-unreadable';

/** Why an order goes where it goes. Of a closed list, nothing of the order: for logs. */
export const routingReasons = [
  ...(['method-listed', 'method-unknown', 'method-missing', 'collect-by-field', 'collect-by-supply-channel'] as const),
  ...(['facilities-by-store', 'locked-by-method', 'locked-by-payment'] as const),
] as const;
export type RoutingReason = (typeof routingReasons)[number];

/** Kinds of what the order has and the request has not: lines of which nothing is wanted, fields that make no tag. */
export type RoutingWarning = 'line-without-quantity' | 'field-without-text';

/** `lock`: why the request is held; `message` says what is wrong and what to change; it holds nothing personal. */
export type RoutingResult =
  | {
      readonly request: FulfillmentRequest;
      readonly lock: AskedLock;
      readonly reasons: readonly RoutingReason[];
      readonly warnings: readonly RoutingWarning[];
    }
  | { readonly problem: RoutingProblem; readonly message: string };

export interface RoutingContext {
  readonly projectKey: string;
  /** What the gate decided. */
  readonly held: boolean;
  /** Of the first attempt, from the ledger; null: this is the first, it is the order number, else the order id. */
  readonly tenantOrderId: string | null;
}

type Delivery = {
  readonly delivery: FulfillmentDelivery;
  readonly held: boolean;
  readonly reasons: readonly RoutingReason[];
};
type Failure = { readonly problem: RoutingProblem; readonly message: string };

/**
 * The request for a provider. Gift lines are goods, custom line items are not. Of an order with several targets take its
 * parts (`partsOf`): as a whole it is refused rather than sent to one of them.
 */
export function toFulfillmentRequest(
  order: OrderSnapshot,
  policy: RoutingPolicy,
  context: RoutingContext,
): RoutingResult {
  if (order.shippings.length > 1 || order.targetsUnclear) {
    return failure(
      'several-shipping-targets',
      'It is not said of every piece where it goes, or the order has got several destinations since a first attempt to place it. Give each line targets for its whole quantity, of addresses and shippings that the order has, and redrive.',
    );
  }
  const routed = toDelivery(order, policy);
  if ('problem' in routed) return routed;
  // A payment does not tell how an unknown shipping method is meant.
  const lock = routed.held ? 'routing' : context.held ? 'payment' : 'none';
  const lines = toGoods(order);
  return {
    lock,
    reasons: lock === 'none' ? routed.reasons : [...routed.reasons, toLockReason(lock)],
    warnings: toWarnings(order, lines.length, policy),
    request: {
      orderId: order.id,
      projectKey: context.projectKey,
      tenantOrderId: context.tenantOrderId ?? firstTenantOrderId(order),
      orderDate: order.createdAt,
      held: lock !== 'none',
      ...(lock === 'none' ? {} : { heldFor: lock }),
      currency: order.totalPrice.currency,
      locale: order.locale,
      delivery: routed.delivery,
      shippingAddress: order.shippingAddress ?? order.shippings[0]?.address ?? null,
      billingAddress: order.billingAddress,
      customerId: order.customerId,
      customerEmail: order.customerEmail,
      paid: order.paymentState === 'Paid',
      lines,
      tags: toTags(order, policy),
      order,
    },
  };
}

const toLockReason = (lock: 'routing' | 'payment'): RoutingReason =>
  lock === 'routing' ? 'locked-by-method' : 'locked-by-payment';

function toWarnings(
  order: OrderSnapshot,
  goods: number,
  { customFieldTags }: RoutingPolicy,
): readonly RoutingWarning[] {
  const isTextless = (field: string): boolean => isWithoutText(order.customFields, field);
  return [
    ...(goods < order.lineItems.length ? (['line-without-quantity'] as const) : []),
    ...(Object.keys(customFieldTags).some(isTextless) ? (['field-without-text'] as const) : []),
  ];
}

/** The id that an order gets at its first attempt; the ledger keeps it, since an order number may come later. */
export function firstTenantOrderId(order: Pick<OrderSnapshot, 'id' | 'orderNumber'>): string {
  return order.orderNumber || order.id;
}

/** Lines without a quantity are none. */
export const toGoods = ({ lineItems }: OrderSnapshot): OrderSnapshot['lineItems'] =>
  lineItems.filter(({ quantity }) => quantity > 0);

const failure = (problem: RoutingProblem, message: string): Failure => ({ problem, message });

/**
 * Does click & collect depend on a field that refers to a facility without naming its key? So it is in a snapshot of
 * whoever did not know that the field matters; an order that is read with the field in mind has the key.
 */
export const isFacilityUnread = (order: OrderSnapshot, policy: RoutingPolicy): boolean => {
  if (findRule(order, policy)?.service !== 'collect') return false;
  const delivery = toCollect(order, policy);
  return 'problem' in delivery && delivery.problem === 'collect-facility-unreadable';
};

function findRule({ shippings: [first] }: OrderSnapshot, { shippingMethods }: RoutingPolicy) {
  const key = first?.methodKey ?? null;
  return key !== null && Object.hasOwn(shippingMethods, key) ? shippingMethods[key] : undefined;
}

function toDelivery(order: OrderSnapshot, policy: RoutingPolicy): Delivery | Failure {
  const methodKey = order.shippings[0]?.methodKey ?? null;
  const rule = findRule(order, policy);
  if (rule?.service === 'collect') return toCollect(order, policy);
  if (rule) return toShipping(order, policy, { rule, reason: 'method-listed', held: false });
  const { unknownShippingMethod } = policy;
  if (unknownShippingMethod !== 'fail') {
    const reason = methodKey === null ? 'method-missing' : 'method-unknown';
    return toShipping(order, policy, { rule: {}, reason, held: unknownShippingMethod === 'hold' });
  }
  return methodKey === null
    ? failure(
        'shipping-method-missing',
        'The order has no shipping method with a key: give the method a key, or set UNKNOWN_SHIPPING_METHOD.',
      )
    : failure(
        'shipping-method-unknown',
        `Shipping method ${methodKey} is neither shipped nor collected: add it to SHIP_FROM_STORE_METHODS or CLICK_AND_COLLECT_METHODS, then send the dead letter again.`,
      );
}

function toShipping(
  order: OrderSnapshot,
  policy: RoutingPolicy,
  by: {
    readonly rule: Omit<ShippingMethodRule, 'service'>;
    readonly reason: RoutingReason;
    readonly held: boolean;
  },
): Delivery {
  const { rule, reason, held } = by;
  const store = order.storeKey;
  const facilityKeys =
    store !== null && Object.hasOwn(policy.facilitiesByStore, store) ? (policy.facilitiesByStore[store] ?? []) : [];
  return {
    delivery: {
      kind: 'shipping',
      serviceLevel: rule.serviceLevel ?? null,
      carriers: rule.carriers ?? [],
      facilityKeys,
    },
    held,
    reasons: facilityKeys.length > 0 ? [reason, 'facilities-by-store'] : [reason],
  };
}

const toCollected = (
  facilityKey: string,
  by: Extract<RoutingReason, 'collect-by-field' | 'collect-by-supply-channel'>,
): Delivery => ({ delivery: { kind: 'collect', facilityKey }, held: false, reasons: ['method-listed', by] });

function toCollect(order: OrderSnapshot, policy: RoutingPolicy): Delivery | Failure {
  const field = policy.collectFacilityField;
  const chosen = field === null ? undefined : customFieldValue(order.customFields, field);
  if (field !== null && chosen !== undefined && chosen !== '') {
    const facilityKey = facilityKeyOf(chosen);
    if (facilityKey !== undefined) return toCollected(facilityKey, 'collect-by-field');
    return failure(
      'collect-facility-unreadable',
      `Order field ${field} holds no facility key: it must be a text, or a reference to a channel that there is.`,
    );
  }
  const channels = toGoods(order).map(({ supplyChannelKey }) => supplyChannelKey);
  const keys = new Set(channels.filter((key) => key !== null));
  const [facilityKey] = keys;
  if (facilityKey === undefined) {
    return failure(
      'collect-facility-missing',
      'Click & collect, but neither the order field nor a supply channel names a facility.',
    );
  }
  if (keys.size === 1) return toCollected(facilityKey, 'collect-by-supply-channel');
  return failure(
    'collect-facility-ambiguous',
    `Click & collect, but the lines name ${keys.size} facilities: set the order field.`,
  );
}

function facilityKeyOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() || undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  const { key, obj } = value as { readonly key?: unknown; readonly obj?: unknown };
  return typeof key === 'string' ? key.trim() || undefined : facilityKeyOf(obj);
}

function toTags(order: OrderSnapshot, policy: RoutingPolicy): FulfillmentRequest['tags'] {
  const store = policy.storeTag !== null && order.storeKey ? [{ id: policy.storeTag, value: order.storeKey }] : [];
  const fields = Object.entries(policy.customFieldTags).flatMap(([field, id]) => {
    const value = customFieldText(order.customFields, field);
    return value === undefined ? [] : [{ id, value }];
  });
  return [...store, ...fields];
}
