import { toFields } from '../fields.ts';
import { toMoneyText } from './amounts.ts';
import type { PickText } from './localized.ts';

/**
 * Text, number, boolean, date, enum (its label), localized text, money (exact, with the digits of its currency), and sets
 * of these. Not references: orders carry no more of them than an id of commercetools.
 */
export function toAttributeText(value: unknown, pick: PickText): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) {
    return value.flatMap((item) => (Array.isArray(item) ? [] : (toAttributeText(item, pick) ?? []))).join(', ');
  }
  const fields = toFields(value);
  if (isEnum(fields)) return toLabel(fields.label, pick);
  if (typeof fields.currencyCode === 'string') return toMoney(fields.currencyCode, fields);
  if (typeof fields.typeId === 'string') return undefined;
  return isLocalized(fields) ? pick(fields) : undefined;
}

/** The same, but of an enum its key: what machines know it by. */
export function toAttributeKey(value: unknown, pick: PickText): string | undefined {
  const fields = toFields(value);
  return isEnum(fields) ? fields.key : toAttributeText(value, pick);
}

function isEnum(fields: ReturnType<typeof toFields>): fields is { readonly key: string; readonly label: unknown } {
  return typeof fields.key === 'string' && 'label' in fields;
}

function toLabel(label: unknown, pick: PickText): string | undefined {
  if (typeof label === 'string') return label;
  const texts = toFields(label);
  return isLocalized(texts) ? pick(texts) : undefined;
}

/** With high precision the digits belong to `preciseAmount`. */
function toMoney(currency: string, { type, centAmount, preciseAmount, fractionDigits }: ReturnType<typeof toFields>) {
  const amount = type === 'highPrecision' ? preciseAmount : centAmount;
  return toMoneyText({ currency, amount, fractionDigits });
}

function isLocalized(fields: object): fields is Record<string, string> {
  const names = Object.keys(fields);
  return (
    names.length > 0 &&
    names.every(
      (name) => /^[a-z]{2,3}([-_]\w+)*$/i.test(name) && typeof fields[name as keyof typeof fields] === 'string',
    )
  );
}
