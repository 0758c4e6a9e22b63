import type { TypedMoney } from '@commercetools/platform-sdk';
import type { Money } from '@pipeline/schemas/types';

/**
 * With high precision the exact amount: `fractionDigits` then belongs to `preciseAmount`, and `centAmount` is rounded
 * to the currency's own digits.
 */
export function toMoney(money: TypedMoney): Money {
  const amount = money.type === 'highPrecision' ? money.preciseAmount : money.centAmount;
  return { currency: money.currencyCode, amount, fractionDigits: money.fractionDigits };
}
