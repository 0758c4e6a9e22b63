import type { OrderSnapshot } from '@pipeline/schemas/types';
import { customFieldText } from './customFields.ts';

/** Orders that are never placed. The name ends up in the reason: `excluded:<name>`. */
export type ExcludeRule = { readonly name: string } & (
  | { readonly storeKey: string }
  /** Matched anywhere in the order number: anchor it. */
  | { readonly orderNumber: RegExp }
  /** Without `equals`: any value that is not blank. */
  | { readonly customField: string; readonly equals?: string }
  /** Domain of the customer's e-mail address, without `@`; subdomains do not match. */
  | { readonly emailDomain: string }
);

/** Name of the first rule that matches. */
export function excludedBy(order: OrderSnapshot, rules: readonly ExcludeRule[]): string | undefined {
  return rules.find((rule) => matches(order, rule))?.name;
}

function matches(order: OrderSnapshot, rule: ExcludeRule): boolean {
  if ('storeKey' in rule) return order.storeKey === rule.storeKey;
  // search, not test: it keeps no position when the expression is global
  if ('orderNumber' in rule) return order.orderNumber !== null && order.orderNumber.search(rule.orderNumber) >= 0;
  if ('customField' in rule) {
    const value = customFieldText(order.customFields, rule.customField);
    return rule.equals === undefined ? value !== undefined : value === rule.equals;
  }
  const domain = order.customerEmail?.split('@').at(-1)?.trim().toLowerCase();
  return domain === rule.emailDomain.toLowerCase();
}
