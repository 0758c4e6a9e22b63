import { type Fields, toText } from '../fields.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Order id of the commerce platform in custom attributes: ours, else the one that the vendor's own connector writes.
 * null where neither is a UUID in lower case, as commercetools writes them: whatever else stands there is no order id.
 */
export function toCommerceOrderId(customAttributes: Fields): string | null {
  for (const name of ['commercetoolsOrderId', 'commercetoolsId']) {
    const value = customAttributes[name];
    if (typeof value === 'string' && UUID.test(value)) return value;
  }
  return null;
}

export function toProjectKey(customAttributes: Fields): string | null {
  return toText(customAttributes.commercetoolsProjectKey);
}
