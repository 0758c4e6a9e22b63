import type { OrderSnapshot } from '@pipeline/schemas/types';
import { customFieldText } from './customFields.ts';
import { matchesGlob } from './glob.ts';

/** Orders that are never placed: one match is enough. (Default: none) */
export interface ExcludePolicy {
  /** Keys of stores. */
  readonly stores: readonly string[];
  /** The whole order number; `*` stands for any characters, also none. */
  readonly orderNumbers: readonly string[];
  /** Domains of the customer's e-mail address, without `@`, in any case; subdomains do not match. */
  readonly emailDomains: readonly string[];
  readonly fields: readonly ExcludedField[];
}

export interface ExcludedField {
  /** Of a custom field of the order. */
  readonly name: string;
  /** null: any value that is not blank. */
  readonly value: string | null;
}

export const excludeNothing: ExcludePolicy = { stores: [], orderNumbers: [], emailDomains: [], fields: [] };

/** The kind of rule, never what it matched: that may be personal. */
export type ExcludedBy = 'store' | 'order-number' | 'email-domain' | 'field';

/** The first kind of rule that matches. */
export function excludedBy(order: OrderSnapshot, policy: ExcludePolicy): ExcludedBy | undefined {
  const { storeKey, orderNumber, customerEmail, customFields } = order;
  if (storeKey !== null && policy.stores.includes(storeKey)) return 'store';
  if (orderNumber !== null && policy.orderNumbers.some((glob) => matchesGlob(orderNumber, glob))) return 'order-number';
  const domain = customerEmail?.split('@').at(-1)?.trim().toLowerCase();
  if (policy.emailDomains.some((each) => each.toLowerCase() === domain)) return 'email-domain';
  const hasValue = ({ name, value }: ExcludedField): boolean => {
    const text = customFieldText(customFields, name);
    return value === null ? text !== undefined : text === value;
  };
  return policy.fields.some(hasValue) ? 'field' : undefined;
}
