import { invalidInput } from '../errors.ts';
import { asFields, optionalText } from '../input.ts';
import type { Actor, Order } from '../model.ts';

/** Who places orders unless the draft's `createdBy` says otherwise: the shop, not the pipeline. */
const shop: Actor = { clientId: 'simulator-shop', isPlatformClient: false };

/**
 * A complete order from what a scenario gives: members that every order has are filled in where they are missing.
 * Nothing else is checked, so that any legal or odd order can be placed.
 */
export function createOrder(body: unknown, context: { readonly now: string; readonly newId: () => string }): Order {
  const draft = asFields(body, 'body');
  optionalText(draft, 'id');
  optionalText(draft, 'orderNumber');
  if (draft.version !== undefined && !(Number.isSafeInteger(draft.version) && (draft.version as number) > 0))
    throw invalidInput("'version' has to be a positive integer.");
  for (const list of ['lineItems', 'customLineItems', 'shipping', 'syncInfo'])
    if (draft[list] !== undefined && !Array.isArray(draft[list])) throw invalidInput(`'${list}' has to be an array.`);
  if (draft.createdAt !== undefined && Number.isNaN(Date.parse(String(draft.createdAt))))
    throw invalidInput("'createdAt' has to be a date and time (ISO 8601).");
  const createdAt = draft.createdAt ?? context.now;
  return {
    orderState: 'Open',
    shippingMode: 'Single',
    shipping: [],
    lineItems: [],
    customLineItems: [],
    discountCodes: [],
    directDiscounts: [],
    refusedGifts: [],
    itemShippingAddresses: [],
    syncInfo: [],
    returnInfo: [],
    taxMode: 'Platform',
    taxRoundingMode: 'HalfEven',
    taxCalculationMode: 'LineItemLevel',
    inventoryMode: 'None',
    origin: 'Customer',
    createdBy: shop,
    lastModifiedBy: draft.createdBy ?? shop,
    totalPrice: { type: 'centPrecision', currencyCode: 'EUR', centAmount: 0, fractionDigits: 2 },
    ...draft,
    id: draft.id ?? context.newId(),
    version: draft.version ?? 1,
    createdAt,
    lastModifiedAt: draft.lastModifiedAt ?? createdAt,
  } as unknown as Order;
}
