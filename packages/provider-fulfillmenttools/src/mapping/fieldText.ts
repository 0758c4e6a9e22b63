import { type CustomFields, customFieldText, customFieldValue } from '@pipeline/fulfillment';
import type { TakeNote } from './notes.ts';

/**
 * A custom field as text, by `customFieldText`. One that has a value but no text (a set, a reference, an object, texts by
 * locale) is a warning. `field`: where the text would go.
 */
export function toFieldText(
  fields: CustomFields,
  name: string,
  { field, note }: { readonly field: string; readonly note: TakeNote },
): string | undefined {
  const text = customFieldText(fields, name);
  if (text === undefined && typeof customFieldValue(fields, name) === 'object')
    note({ kind: 'warning', field, text: `Custom field ${name} is no text, number or boolean: left out.` });
  return text;
}
