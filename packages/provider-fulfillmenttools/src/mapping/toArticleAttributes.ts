import type { LineItem } from '@pipeline/schemas/types';
import { toFields } from '../fields.ts';
import { toAttributeText } from './attributeText.ts';
import type { MappingConfig } from './mappingConfig.ts';
import type { MappingContext } from './mappingContext.ts';
import type { ArticleAttribute } from './orderForCreation.ts';
import { toLine } from './text.ts';
import { toPriceAttributes } from './toPriceAttributes.ts';

/** Most attributes that the vendor takes for an article; what is beyond is left out. */
const MAX_ATTRIBUTES = 500;
/** Most attributes that one note names: notes of an order go along in messages. */
const MAX_NAMES = 10;

/**
 * Product attributes (JSON text by name) as texts, and before them the prices where the configuration asks for them. What
 * has no text of its own (references, nested attributes unless `structured`) is left out, with a warning.
 */
export function toArticleAttributes(
  line: Pick<LineItem, 'attributes' | 'price' | 'discountedPrice' | 'totalPrice' | 'quantity' | 'taxRate'>,
  { config, texts, note }: MappingContext,
  field: string,
): readonly ArticleAttribute[] {
  const { exclude, categories, structured, prices } = config.attributes;
  const mapped: ArticleAttribute[] = prices ? [...toPriceAttributes(line)] : [];
  const textless: string[] = [];
  for (const [name, value] of Object.entries(line.attributes).flatMap(([name, json]) =>
    expand(name, parse(json), structured),
  )) {
    const key = toLine(name);
    if (exclude.includes(name)) continue;
    const category = Object.hasOwn(categories, name) ? categories[name] : undefined;
    const text = toLine(toAttributeText(value, texts));
    if (text === undefined && hasContent(value)) textless.push(name);
    if (key === undefined || text === undefined) continue;
    if (mapped.length === MAX_ATTRIBUTES) {
      note({
        kind: 'warning',
        code: 'too-many',
        field,
        text: `More than ${MAX_ATTRIBUTES} attributes: what is beyond is left out.`,
      });
      break;
    }
    mapped.push({ key, value: text, category: category ?? 'miscellaneous' });
  }
  if (textless.length > 0) {
    const named = textless.slice(0, MAX_NAMES).join(', ') + (textless.length > MAX_NAMES ? ', …' : '');
    note({
      kind: 'warning',
      code: 'attribute-without-text',
      field,
      text: `What has no text (references, nested attributes) is left out: ${named}.`,
    });
  }
  return mapped;
}

export interface AttributeUse {
  readonly name: string;
  /** Where it goes, for notes. */
  readonly field: string;
  readonly to: typeof toAttributeText;
}

/** All texts of one product attribute, several of a set. One that has a value but no text is a warning. */
export function attributeTexts(
  { attributes }: Pick<LineItem, 'attributes'>,
  { name, field, to }: AttributeUse,
  { texts, note }: MappingContext,
): readonly string[] {
  const value = Object.hasOwn(attributes, name) ? parse(attributes[name] ?? '') : undefined;
  const found = (Array.isArray(value) ? value : [value]).flatMap((each) => toLine(to(each, texts)) ?? []);
  if (found.length === 0 && hasContent(value))
    note({ kind: 'warning', code: 'attribute-without-text', field, text: `Attribute ${name} has no text: left out.` });
  return found;
}

/** More than nothing, of which no text can be made. */
const hasContent = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0;

type Named = readonly [name: string, value: unknown];

/** A nested attribute is a list of names and values; each becomes an attribute of its own. */
function expand(name: string, value: unknown, structured: MappingConfig['attributes']['structured']): readonly Named[] {
  if (!structured || !Array.isArray(value)) return [[name, value]];
  const inner = value.map(toFields);
  const nested = inner.length > 0 && inner.every((each) => typeof each.name === 'string' && 'value' in each);
  if (!nested) return [[name, value]];
  return inner.flatMap((each) => expand(`${name}.${String(each.name)}`, each.value, structured));
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
