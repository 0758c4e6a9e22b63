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

/**
 * Product attributes (JSON text by name) as texts, and before them the prices where the configuration asks for them. What
 * has no text of its own (references, nested attributes unless `structured`, nothing) is left out.
 */
export function toArticleAttributes(
  line: Pick<LineItem, 'attributes' | 'price' | 'discountedPrice' | 'totalPrice' | 'quantity' | 'taxRate'>,
  { config, texts, note }: MappingContext,
  field: string,
): readonly ArticleAttribute[] {
  const { exclude, categories, structured, prices } = config.attributes;
  const mapped: ArticleAttribute[] = prices ? [...toPriceAttributes(line)] : [];
  for (const [name, value] of Object.entries(line.attributes).flatMap(([name, json]) =>
    expand(name, parse(json), structured),
  )) {
    const key = toLine(name);
    const category = Object.hasOwn(categories, name) ? categories[name] : undefined;
    const text = exclude.includes(name) ? undefined : toLine(toAttributeText(value, texts, structured));
    if (key === undefined || text === undefined) continue;
    if (mapped.length === MAX_ATTRIBUTES) {
      note({ kind: 'warning', field, text: `More than ${MAX_ATTRIBUTES} attributes: what is beyond is left out.` });
      break;
    }
    mapped.push({ key, value: text, category: category ?? 'miscellaneous' });
  }
  return mapped;
}

/** All texts of one product attribute: several for a set. */
export function attributeTexts(
  attributes: LineItem['attributes'],
  name: string,
  texts: MappingContext['texts'],
): readonly string[] {
  const value = Object.hasOwn(attributes, name) ? parse(attributes[name] ?? '') : undefined;
  return (Array.isArray(value) ? value : [value]).flatMap((each) => toLine(toAttributeText(each, texts, false)) ?? []);
}

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
