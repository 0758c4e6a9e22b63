import { type CustomFields, customFieldText, isWithoutText } from '@pipeline/fulfillment';
import type { TakeNote } from './notes.ts';

/**
 * A custom field as text, by `customFieldText`. One that has a value but no text is a warning. `field`: where the text would go.
 */
export function toFieldText(
  fields: CustomFields,
  name: string,
  { field, note }: { readonly field: string; readonly note: TakeNote },
): string | undefined {
  if (isWithoutText(fields, name))
    note({
      kind: 'warning',
      code: 'field-without-text',
      field,
      text: `Custom field ${name} is no text, number or boolean: left out.`,
    });
  return customFieldText(fields, name);
}
