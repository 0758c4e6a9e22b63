export const euros = (centAmount: number) => ({
  type: 'centPrecision',
  currencyCode: 'EUR',
  centAmount,
  fractionDigits: 2,
});

/** An order as the API of commercetools answers it. */
export const commercetoolsOrder = (over: object = {}) => ({
  id: '0c8f4f3e-1111-4222-8333-9a6ce1000001',
  version: 3,
  createdAt: '2026-11-20T09:14:03.512Z',
  orderState: 'Confirmed',
  orderNumber: '4711',
  totalPrice: euros(1000),
  shippingMode: 'Single',
  shippingInfo: {
    shippingMethodName: 'DHL',
    price: euros(495),
    shippingMethod: { typeId: 'shipping-method', id: 'm1' },
  },
  shippingAddress: { country: 'DE', streetName: 'Am Ring', city: 'Langenfeld', postalCode: '40764' },
  lineItems: [
    {
      id: 'l1',
      productId: 'p1',
      name: { en: 'Shirt' },
      variant: { id: 1, sku: 'S1' },
      quantity: 1,
      lineItemMode: 'Standard',
    },
  ],
  ...over,
});
