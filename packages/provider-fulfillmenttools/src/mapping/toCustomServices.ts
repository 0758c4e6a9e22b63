import { articleIdOf } from '@pipeline/fulfillment';
import type { LineItem, OrderSnapshot } from '@pipeline/schemas/types';
import { toFieldText } from './fieldText.ts';
import type { MappingContext } from './mappingContext.ts';
import type { ArticleItem, CustomService } from './orderForCreation.ts';

/**
 * Bundles (lines that say so by the same text in a custom field) and services that custom line items ask for. The vendor
 * keeps a bundle in one pick job; its articles stand among the order lines as well.
 */
export function toCustomServices(
  lines: readonly LineItem[],
  order: OrderSnapshot | undefined,
  context: MappingContext,
): readonly CustomService[] {
  return [...toBundles(lines, context), ...toServices(lines, order, context)];
}

function toBundles(lines: readonly LineItem[], { config, note }: MappingContext): readonly CustomService[] {
  const { bundleField } = config.lines;
  if (bundleField === null) return [];
  const bundles = new Map<string, LineItem[]>();
  for (const line of lines) {
    const bundle = toFieldText(line.customFields, bundleField, { field: 'customServices', note });
    if (bundle !== undefined) bundles.set(bundle, [...(bundles.get(bundle) ?? []), line]);
  }
  return [...bundles.values()].flatMap((members) => {
    if (members.length > 1) return [toService({ isBundled: true }, members)];
    note({
      kind: 'warning',
      code: 'bundle-of-one',
      field: 'customServices',
      text: 'A bundle of one line is none: left out.',
    });
    return [];
  });
}

function toServices(
  lines: readonly LineItem[],
  order: OrderSnapshot | undefined,
  { config, note }: MappingContext,
): readonly CustomService[] {
  return (order?.customLineItems ?? []).flatMap(({ slug, quantity }) => {
    const tenantCustomServiceId = Object.hasOwn(config.customServices, slug) ? config.customServices[slug] : undefined;
    if (tenantCustomServiceId !== undefined && quantity > 0) return [toService({ tenantCustomServiceId }, lines)];
    if (!config.pricing)
      note({
        kind: 'warning',
        code: 'custom-line-item',
        field: 'customServices',
        text: `Custom line item ${slug} is no goods and no service: left out.`,
      });
    return [];
  });
}

function toService(
  customServiceDefinition: CustomService['customServiceDefinition'],
  lines: readonly LineItem[],
): CustomService {
  const quantities = new Map<string, number>();
  for (const line of lines) {
    const articleId = articleIdOf(line);
    quantities.set(articleId, (quantities.get(articleId) ?? 0) + line.quantity);
  }
  const articleItems: ArticleItem[] = [...quantities].map(([tenantArticleRef, quantity]) => ({
    tenantArticleRef,
    quantity,
  }));
  return { customServiceDefinition, articleItems, customServiceItems: [] };
}
