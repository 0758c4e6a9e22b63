import { customFieldText } from '@pipeline/fulfillment';
import type { OrderSnapshot } from '@pipeline/schemas/types';
import type { MappingConfig } from './mappingConfig.ts';
import type { Sticker } from './orderForCreation.ts';

/** The stickers that custom fields of the order ask for. */
export function toStickers(
  { customFields }: Pick<OrderSnapshot, 'customFields'>,
  { order }: MappingConfig,
): readonly Sticker[] {
  return Object.entries(order.stickers).flatMap(([name, { when, nameLocalized, priority, color }]) => {
    const text = customFieldText(customFields, name);
    const asked = when === null ? text !== undefined && text !== 'false' : text === when;
    return asked ? [{ key: name, nameLocalized, priority, ...(color === null ? {} : { color }) }] : [];
  });
}
