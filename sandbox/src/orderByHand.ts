import { shippingMethods } from '@pipeline/simulator-commercetools';

const euros = (centAmount: number) => ({ type: 'centPrecision', currencyCode: 'EUR', centAmount, fractionDigits: 2 });

/** The least that makes an order which is placed at fulfillmenttools. Without an order number: it can be sent again. */
export const orderByHand = {
  orderState: 'Confirmed',
  paymentState: 'Paid',
  country: 'DE',
  locale: 'de-DE',
  customerEmail: 'demo@example.com',
  shippingInfo: {
    shippingMethodName: 'standard',
    price: euros(495),
    shippingMethod: { typeId: 'shipping-method', id: shippingMethods.find(({ key }) => key === 'standard')?.id },
  },
  shippingAddress: {
    firstName: 'Erika',
    lastName: 'Mustermann',
    streetName: 'Lindenweg',
    streetNumber: '1',
    postalCode: '50667',
    city: 'Bonn',
    country: 'DE',
  },
  lineItems: [
    {
      id: 'line-1',
      productId: 'product-1',
      name: { 'de-DE': 'Artikel' },
      variant: { id: 1, sku: 'SKU-1001' },
      quantity: 1,
      price: { id: 'price-1', value: euros(999) },
      totalPrice: euros(999),
    },
  ],
};

/** A command for a shell that places one more order at the commercetools simulator. */
export const curlAnOrder = (commercetoolsUrl: string): string =>
  `curl -sS ${commercetoolsUrl}/_sim/orders -H 'content-type: application/json' -d '${JSON.stringify(orderByHand)}'`;
