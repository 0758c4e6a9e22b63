import type { LineItem } from '@pipeline/schemas/types';
import { toMoneyText, toPercent } from './amounts.ts';
import type { AttributeCategory } from './mappingConfig.ts';
import type { ArticleAttribute } from './orderForCreation.ts';

/** What one costs and the line comes to, e.g. `29.99 EUR`; each only where it is known. */
export function toPriceAttributes(
  line: Pick<LineItem, 'price' | 'discountedPrice' | 'totalPrice' | 'quantity' | 'taxRate'>,
): readonly ArticleAttribute[] {
  const { price, discountedPrice, totalPrice } = line;
  const percent = toPercent(line.taxRate);
  return [
    ...named('listPrice', 'basePrice', price && toMoneyText(price)),
    ...named('discount', 'discount', unitDiscount(line)),
    ...named('unitPrice', 'finalUnitPrice', unitPrice(line)),
    ...named('discountedPrice', 'salesPrice', discountedPrice && toMoneyText(discountedPrice)),
    ...named('linePrice', 'finalLineItemPrice', totalPrice && toMoneyText(totalPrice)),
    ...named('taxPercent', 'tax', percent === undefined ? undefined : String(percent)),
  ];
}

const named = (key: string, category: AttributeCategory, value: string | null | undefined): ArticleAttribute[] =>
  value ? [{ key, value, category }] : [];

/** Of one; undefined where the pieces of the line have several prices. */
function unitPrice({
  price,
  discountedPrice,
  totalPrice,
  quantity,
}: Pick<LineItem, 'price' | 'discountedPrice' | 'totalPrice' | 'quantity'>) {
  if (discountedPrice) return toMoneyText(discountedPrice);
  if (!price) return undefined;
  const undiscounted =
    !totalPrice ||
    (totalPrice.fractionDigits === price.fractionDigits && totalPrice.amount === price.amount * quantity);
  return undiscounted ? toMoneyText(price) : undefined;
}

function unitDiscount({ price, discountedPrice }: Pick<LineItem, 'price' | 'discountedPrice'>) {
  if (!price || !discountedPrice || price.currency !== discountedPrice.currency) return undefined;
  if (price.fractionDigits !== discountedPrice.fractionDigits) return undefined;
  const amount = price.amount - discountedPrice.amount;
  return amount > 0 ? toMoneyText({ ...price, amount }) : undefined;
}
