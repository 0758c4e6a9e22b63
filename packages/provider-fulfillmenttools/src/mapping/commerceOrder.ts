import type { JsonShape } from '@pipeline/streams';
import { type Fields, toText } from '../fields.ts';

const ORDER_IDS = ['commercetoolsOrderId', 'commercetoolsId'];

/** What is read of custom attributes here. */
export const commerceOrderShape: JsonShape = new Map(
  [...ORDER_IDS, 'commercetoolsProjectKey'].map((name) => [name, 'whole']),
);

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Order id of the commerce platform in custom attributes: ours, else the one that the vendor's own connector writes.
 * null where neither is a UUID in lower case, as commercetools writes them: whatever else stands there is no order id.
 */
export function toCommerceOrderId(customAttributes: Fields): string | null {
  for (const name of ORDER_IDS) {
    const value = customAttributes[name];
    if (typeof value === 'string' && UUID.test(value)) return value;
  }
  return null;
}

export function toProjectKey(customAttributes: Fields): string | null {
  return toText(customAttributes.commercetoolsProjectKey);
}
