import { articleIdOf } from '@pipeline/fulfillment';
import type { LineItem } from '@pipeline/schemas/types';
import { toAttributeKey, toAttributeText } from './attributeText.ts';
import { pickCustomAttributes } from './customAttributes.ts';
import { toFieldText } from './fieldText.ts';
import { toLocaleStrings } from './localized.ts';
import type { MappingContext } from './mappingContext.ts';
import type { OrderLine, Tag } from './orderForCreation.ts';
import { omitMissing, toFilled, toLine } from './text.ts';
import { attributeTexts, toArticleAttributes } from './toArticleAttributes.ts';
import { toMost } from './toMost.ts';

/** `field`: where the line stands in the fulfillment order, for notes. */
export function toOrderLine(line: LineItem, context: MappingContext, field: string): OrderLine {
  const { config, texts, note } = context;
  const tenantArticleId = articleIdOf(line);
  if (tenantArticleId !== line.sku)
    note({
      kind: 'warning',
      code: 'sku-missing',
      field: `${field}.article.tenantArticleId`,
      text: 'No SKU: the product id stands for it.',
    });
  const title = texts(line.name);
  if (title === undefined)
    note({
      kind: 'warning',
      code: 'name-missing',
      field: `${field}.article.title`,
      text: 'No name: the article id stands for it.',
    });
  const { measurementUnit: unit, scannableCodes } = config.attributes;
  const keysOf = (name: string, of: string) =>
    attributeTexts(line, { name, field: `${field}.${of}`, to: toAttributeKey }, context);
  const codes = scannableCodes.flatMap((name) => keysOf(name, 'scannableCodes'));
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
    scannableCodes: toFilled(toMost([...new Set(codes)], { field: `${field}.scannableCodes`, note })),
    measurementUnitKey: unit === null ? undefined : keysOf(unit, 'measurementUnitKey')[0],
    tags: toFilled(toTags(line, context, `${field}.tags`)),
    customAttributes: pickCustomAttributes(
      { commercetoolsLineItemId: line.id },
      { fields: line.customFields, names: config.lines.customAttributes, field: `${field}.customAttributes`, note },
    ),
  });
}

/** Grams. */
function toWeight(line: LineItem, context: MappingContext, field: string): number | undefined {
  const { config, note } = context;
  const rule = config.attributes.weight;
  const [text] =
    rule === null ? [] : attributeTexts(line, { name: rule.attribute, field, to: toAttributeText }, context);
  if (rule === null || text === undefined) return undefined;
  const grams = Number((Number(text) * (rule.unit === 'kg' ? 1_000 : 1)).toFixed(3));
  if (Number.isFinite(grams) && grams >= 0) return grams;
  note({ kind: 'warning', code: 'weight-invalid', field, text: `Attribute ${rule.attribute} is no weight: left out.` });
  return undefined;
}

function toTags(line: LineItem, { config: { lines }, note }: MappingContext, field: string): readonly Tag[] {
  const gift = lines.giftTag !== null && line.gift ? [{ id: lines.giftTag, value: 'gift' }] : [];
  const fields = Object.entries(lines.tags).flatMap(([name, id]) => {
    const value = toLine(toFieldText(line.customFields, name, { field, note }));
    return value === undefined ? [] : [{ id, value }];
  });
  return toMost([...gift, ...fields], { field, note });
}
