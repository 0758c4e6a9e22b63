import type { OrderSnapshot } from '@pipeline/schemas/types';
import { toFieldText } from './fieldText.ts';
import type { MappingContext } from './mappingContext.ts';
import type { Sticker } from './orderForCreation.ts';

/** The stickers that custom fields of the order ask for. */
export function toStickers(
  { customFields }: Pick<OrderSnapshot, 'customFields'>,
  { config: { order }, note }: MappingContext,
): readonly Sticker[] {
  return Object.entries(order.stickers).flatMap(([name, { when, nameLocalized, priority, color }]) => {
    const text = toFieldText(customFields, name, { field: 'stickers', note });
    const asked = when === null ? text !== undefined && text !== 'false' : text === when;
    return asked ? [{ key: name, nameLocalized, priority, ...(color === null ? {} : { color }) }] : [];
  });
}
