import { articleIdOf, customFieldText } from '@pipeline/fulfillment';
import type { LineItem } from '@pipeline/schemas/types';
import { pickCustomAttributes } from './customAttributes.ts';
import { toLocaleStrings } from './localized.ts';
import type { MappingContext } from './mappingContext.ts';
import type { OrderLine, Tag } from './orderForCreation.ts';
import { omitMissing, toFilled, toLine } from './text.ts';
import { attributeTexts, toArticleAttributes } from './toArticleAttributes.ts';

/** Most codes of a line, and most tags, that the vendor takes. */
const MOST = 500;

/** `field`: where the line stands in the fulfillment order, for notes. */
export function toOrderLine(line: LineItem, context: MappingContext, field: string): OrderLine {
  const { config, texts, note } = context;
  const tenantArticleId = articleIdOf(line);
  if (tenantArticleId !== line.sku)
    note({ kind: 'warning', field: `${field}.article.tenantArticleId`, text: 'No SKU: the product id stands for it.' });
  const title = texts(line.name);
  if (title === undefined)
    note({ kind: 'warning', field: `${field}.article.title`, text: 'No name: the article id stands for it.' });
  const unit = config.attributes.measurementUnit;
  return omitMissing({
    article: omitMissing({
      tenantArticleId,
      title: title ?? tenantArticleId,
      titleLocalized: toLocaleStrings(line.name),
      imageUrl: toLine(line.imageUrl),
      weight: toWeight(line, context, `${field}.article.weight`),
      attributes: toFilled(toArticleAttributes(line, context, `${field}.article.attributes`)),
    }),
    quantity: line.quantity,
    scannableCodes: toFilled(toCodes(line, context)),
    measurementUnitKey: unit === null ? undefined : attributeTexts(line.attributes, unit, texts)[0],
    tags: toFilled(toTags(line, config)),
    customAttributes: pickCustomAttributes(
      { commercetoolsLineItemId: line.id },
      { fields: line.customFields, names: config.lines.customAttributes, field: `${field}.customAttributes`, note },
    ),
  });
}

function toCodes({ attributes }: LineItem, { config, texts }: MappingContext): readonly string[] {
  const codes = config.attributes.scannableCodes.flatMap((name) => attributeTexts(attributes, name, texts));
  return [...new Set(codes)].slice(0, MOST);
}

/** Grams. */
function toWeight(
  { attributes }: LineItem,
  { config, texts, note }: MappingContext,
  field: string,
): number | undefined {
  const rule = config.attributes.weight;
  const [text] = rule === null ? [] : attributeTexts(attributes, rule.attribute, texts);
  if (rule === null || text === undefined) return undefined;
  const grams = Number((Number(text) * (rule.unit === 'kg' ? 1_000 : 1)).toFixed(3));
  if (Number.isFinite(grams) && grams >= 0) return grams;
  note({ kind: 'warning', field, text: `Attribute ${rule.attribute} is no weight: left out.` });
  return undefined;
}

function toTags(line: LineItem, { lines }: MappingContext['config']): readonly Tag[] {
  const gift = lines.giftTag !== null && line.gift ? [{ id: lines.giftTag, value: 'gift' }] : [];
  const fields = Object.entries(lines.tags).flatMap(([name, id]) => {
    const value = toLine(customFieldText(line.customFields, name));
    return value === undefined ? [] : [{ id, value }];
  });
  return [...gift, ...fields].slice(0, MOST);
}
