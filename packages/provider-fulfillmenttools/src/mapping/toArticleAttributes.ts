import { toFields } from '../fields.ts';
import { pickText } from './localized.ts';
import type { ArticleAttribute } from './orderForCreation.ts';
import { toLine } from './text.ts';

/** Most attributes that the vendor takes for an article; what is beyond is left out. */
const MAX_ATTRIBUTES = 500;

/**
 * Product attributes (JSON text by name) as texts. What has no text of its own (references, nested attributes, nothing)
 * is left out.
 */
export function toArticleAttributes(
  attributes: Readonly<Record<string, string>>,
  locale: string | null,
): readonly ArticleAttribute[] {
  const mapped: ArticleAttribute[] = [];
  for (const name of Object.keys(attributes)) {
    if (mapped.length === MAX_ATTRIBUTES) break;
    const key = toLine(name);
    const value = toLine(toAttributeText(parse(attributes[name] ?? ''), locale));
    if (key !== undefined && value !== undefined) mapped.push({ key, value, category: 'miscellaneous' });
  }
  return mapped;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** Text, number, boolean, enum (its label), localized text, money, and sets of these. */
function toAttributeText(value: unknown, locale: string | null): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) {
    return value.flatMap((item) => (Array.isArray(item) ? [] : (toAttributeText(item, locale) ?? []))).join(', ');
  }
  const fields = toFields(value);
  if (typeof fields.key === 'string' && 'label' in fields) return toLabel(fields.label, locale);
  if (typeof fields.currencyCode === 'string')
    return toMoneyText(fields.currencyCode, fields.centAmount, fields.fractionDigits);
  return isLocalized(fields) ? pickText(fields, locale) : undefined;
}

function toLabel(label: unknown, locale: string | null): string | undefined {
  if (typeof label === 'string') return label;
  const texts = toFields(label);
  return isLocalized(texts) ? pickText(texts, locale) : undefined;
}

function toMoneyText(currency: string, amount: unknown, digits: unknown): string | undefined {
  if (typeof amount !== 'number' || typeof digits !== 'number') return undefined;
  if (!Number.isInteger(digits) || digits < 0 || digits > 20) return undefined;
  return `${(amount / 10 ** digits).toFixed(digits)} ${currency}`;
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
