import type { Money, OrderSnapshot } from '@pipeline/schemas/types';
import { toPercent } from './amounts.ts';
import { currencies } from './currencies.ts';
import type { MappingContext } from './mappingContext.ts';
import type { MonetaryValue, Pricing } from './orderForCreation.ts';
import { omitMissing, toFilled, toLine } from './text.ts';

/** Most entries of each kind that the vendor takes. */
const MOST = 100;

/**
 * What the order costs beside its lines: shipping and custom line items as fees, those below zero and what is off the
 * total as discounts, and the taxes. undefined: nothing of it is known.
 */
export function toPricing(order: OrderSnapshot, context: MappingContext): Pricing | undefined {
  const value = (money: Money | null | undefined) => toValue(money, context);
  const customs = (order.customLineItems ?? []).flatMap(({ name, slug, totalPrice }) => {
    const money = value(totalPrice);
    return money ? [{ name: context.texts(name) ?? toLine(slug), value: money }] : [];
  });
  const shipping = order.shippings.flatMap(({ price, discountedPrice, methodName }) => {
    const money = value(discountedPrice ?? price);
    return money && money.value > 0 ? [{ name: toLine(methodName), value: money }] : [];
  });
  const off = value(order.discountOnTotal);
  const discounts = [
    ...(off && off.value !== 0 ? [{ name: undefined, value: off }] : []),
    ...customs.filter((each) => each.value.value < 0),
  ].map(({ name, value: money }) =>
    omitMissing({ name, type: 'ABSOLUTE' as const, value: { ...money, value: Math.abs(money.value) } }),
  );
  const taxes = (order.taxes ?? []).flatMap(({ name, rate, amount }) => {
    const money = value(amount);
    return money ? [omitMissing({ type: toLine(name), ratePercent: toPercent(rate), value: money })] : [];
  });
  const pricing = omitMissing({
    discounts: toFilled(cut(discounts, 'discounts', context)),
    fees: toFilled(
      cut([...shipping, ...customs.filter((each) => each.value.value > 0)].map(omitMissing), 'fees', context),
    ),
    taxes: toFilled(cut(taxes, 'taxes', context)),
  });
  return Object.keys(pricing).length > 0 ? pricing : undefined;
}

function cut<Item>(items: readonly Item[], kind: string, { note }: MappingContext): readonly Item[] {
  if (items.length > MOST)
    note({
      kind: 'warning',
      code: 'too-many',
      field: `pricing.${kind}`,
      text: `More than ${MOST}: what is beyond is left out.`,
    });
  return items.slice(0, MOST);
}

/** Minor units with their digits, exact also with high precision. */
function toValue(money: Money | null | undefined, { note }: MappingContext): MonetaryValue | undefined {
  if (!money) return undefined;
  const currency = currencies.find((code) => code === money.currency);
  if (currency !== undefined && Number.isSafeInteger(money.amount))
    return { value: money.amount, currency, decimalPlaces: money.fractionDigits };
  note({
    kind: 'warning',
    code: 'currency-unknown',
    field: 'pricing',
    text: 'An amount whose currency the vendor does not know is left out.',
  });
  return undefined;
}
