/** A valid order, as small as makes sense. */
export const anOrder = (changes: object = {}) => ({
  orderDate: '2026-01-15T10:00:00.000Z',
  tenantOrderId: 'order-1',
  consumer: {
    addresses: [{ street: 'Teststr.', houseNumber: '1', city: 'Berlin', postalCode: '10115', country: 'DE' }],
  },
  orderLineItems: [
    { article: { tenantArticleId: 'sku-1', title: 'Shirt' }, quantity: 2, customAttributes: { lineId: 'line-1' } },
    { article: { tenantArticleId: 'sku-2', title: 'Shoe' }, quantity: 1 },
  ],
  customAttributes: { commercetoolsOrderId: 'ct-1' },
  ...changes,
});

export const collectAt = (tenantFacilityId: string) => ({
  deliveryPreferences: { collect: [{ tenantFacilityId, paid: true }] },
});
