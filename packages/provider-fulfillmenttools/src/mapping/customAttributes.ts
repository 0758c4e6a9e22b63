import { customFieldValue } from '@pipeline/fulfillment';
import type { TakeNote } from './notes.ts';

/** Most characters of custom attributes as JSON that the vendor takes; the rest is for what it escapes in other ways. */
const MOST_CHARACTERS = 15_000;
/** By it the vendor's own connector knows its orders. */
const FOREIGN = 'commercetoolsId';

export interface PickedFields {
  /** JSON text by name. */
  readonly fields: Readonly<Record<string, string>>;
  readonly names: readonly string[];
  /** Where they go, for notes. */
  readonly field: string;
  readonly note: TakeNote;
}

/** Our own custom attributes and after them the custom fields of these names, as far as there is room for them. */
export function pickCustomAttributes<Own extends object>(
  own: Own,
  { fields, names, field, note }: PickedFields,
): Own & Readonly<Record<string, unknown>> {
  const picked: Record<string, unknown> = {};
  for (const name of names) {
    const value = customFieldValue(fields, name);
    if (value === undefined) continue;
    const refused = refusal({ ...own, ...picked, [name]: value }, Object.hasOwn(own, name) || name === FOREIGN);
    if (refused === undefined) picked[name] = value;
    else note({ kind: 'warning', field: `${field}.${name}`, ...refused });
  }
  return { ...own, ...picked };
}

function refusal(attributes: object, reserved: boolean) {
  if (reserved)
    return { code: 'attribute-reserved', text: 'The name is ours or the vendor connector’s: left out.' } as const;
  if (JSON.stringify(attributes).length <= MOST_CHARACTERS) return undefined;
  return { code: 'attributes-full', text: 'No room for it: left out.' } as const;
}
