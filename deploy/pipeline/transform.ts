// An example of a shop's own code: the last word on each order before it is sent. docs/guides/mapping.md says more.
// `npm run ops -- map order.json --config deploy/pipeline/pipeline.yaml` shows what it does.
import type { Transform } from '@pipeline/provider-fulfillmenttools';

/** Orders of gold customers get a tag, and lines of fragile articles say so to whoever picks them. */
export const transform: Transform = (order, { commerceOrder }) => {
  // Custom fields and attributes are JSON texts.
  const isGold = commerceOrder.customFields.loyalty === '"gold"';
  const fragile = commerceOrder.lineItems.filter(({ attributes }) => attributes.fragile === 'true').map(({ id }) => id);
  return {
    ...order,
    // An empty list would be refused.
    ...(isGold ? { tags: [...(order.tags ?? []), { id: 'loyalty', value: 'gold' }] } : {}),
    orderLineItems: order.orderLineItems.map((line) =>
      fragile.includes(line.customAttributes.commercetoolsLineItemId)
        ? { ...line, tags: [...(line.tags ?? []), { id: 'handling', value: 'fragile' }] }
        : line,
    ),
  };
};
