import { randomUUID } from 'node:crypto';
import { channels, shippingMethods } from '@pipeline/simulator-commercetools';

const stores = ['store-berlin', 'store-cologne', 'store-hamburg'] as const;
const people = [
  {
    firstName: 'Erika',
    lastName: 'Mustermann',
    streetName: 'Hohe Straße',
    streetNumber: '12a',
    postalCode: '50667',
    city: 'Köln',
  },
  {
    firstName: 'Max',
    lastName: 'Beispiel',
    streetName: 'Unter den Linden',
    streetNumber: '7',
    postalCode: '10117',
    city: 'Berlin',
  },
  {
    firstName: 'Ada',
    lastName: 'Probe',
    streetName: 'Jungfernstieg',
    streetNumber: '1',
    postalCode: '20095',
    city: 'Hamburg',
  },
] as const;

export interface DemoOrder {
  readonly orderNumber: string;
  readonly collect: boolean;
  /** Created as Open and confirmed afterwards, which is another notification than an order created as Confirmed. */
  readonly confirmLater: boolean;
  /** The order as the simulator's control API takes it. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Every other order is click & collect; of each kind every other one is confirmed after its creation. */
export function aDemoOrder(index: number, run: string): DemoOrder {
  const collect = index % 2 === 1;
  const confirmLater = index % 4 >= 2;
  const orderNumber = `${run}-${String(index + 1).padStart(5, '0')}`;
  const person = people[index % people.length] ?? people[0];
  const address = { ...person, country: 'DE', email: 'demo@example.com', phone: '+49 30 5550100' };
  const methodKey = collect ? 'click-and-collect' : index % 4 === 0 ? 'standard' : 'express';
  const lineItems = Array.from({ length: 1 + (index % 3) }, (_, line) => aLineItem(index, line));
  const total = lineItems.reduce((sum, { totalPrice }) => sum + totalPrice.centAmount, 0);
  return {
    orderNumber,
    collect,
    confirmLater,
    body: {
      orderNumber,
      customerEmail: 'demo@example.com',
      locale: 'de-DE',
      country: 'DE',
      totalPrice: euros(total),
      taxMode: 'Platform',
      taxRoundingMode: 'HalfEven',
      taxCalculationMode: 'LineItemLevel',
      inventoryMode: 'None',
      origin: 'Customer',
      orderState: confirmLater ? 'Open' : 'Confirmed',
      paymentState: 'Paid',
      shippingMode: 'Single',
      shipping: [],
      shippingInfo: {
        shippingMethodName: methodKey,
        price: euros(collect ? 0 : 495),
        shippingRate: { price: euros(collect ? 0 : 495), tiers: [] },
        shippingMethod: { typeId: 'shipping-method', id: idOf(shippingMethods, methodKey) },
        deliveries: [],
        shippingMethodState: 'MatchesCart',
      },
      shippingAddress: address,
      billingAddress: address,
      itemShippingAddresses: [],
      lineItems: collect
        ? lineItems.map((item) => ({
            ...item,
            supplyChannel: { typeId: 'channel', id: idOf(channels, stores[index % stores.length]) },
          }))
        : lineItems,
      customLineItems: [],
      discountCodes: [],
      refusedGifts: [],
      syncInfo: [],
      returnInfo: [],
    },
  };
}

function aLineItem(order: number, line: number) {
  const quantity = 1 + ((order + line) % 3);
  const price = 999 + 500 * line;
  const sku = `SKU-${1001 + ((order * 7 + line) % 40)}`;
  return {
    id: randomUUID(),
    productId: randomUUID(),
    name: { 'de-DE': `Artikel ${sku}`, 'en-GB': `Item ${sku}` },
    productType: { typeId: 'product-type', id: randomUUID() },
    variant: {
      id: 1,
      sku,
      prices: [],
      images: [],
      attributes: [{ name: 'color', value: { key: 'blue', label: 'Blau' } }],
      assets: [],
    },
    price: { id: randomUUID(), value: euros(price) },
    quantity,
    discountedPricePerQuantity: [],
    perMethodTaxRate: [],
    state: [],
    priceMode: 'Platform',
    lineItemMode: 'Standard',
    totalPrice: euros(price * quantity),
    taxedPricePortions: [],
  };
}

const idOf = (
  resources: readonly { readonly id: string; readonly key?: string }[],
  key: string | undefined,
): string | undefined => resources.find((resource) => resource.key === key)?.id;

const euros = (centAmount: number) => ({ type: 'centPrecision', currencyCode: 'EUR', centAmount, fractionDigits: 2 });
