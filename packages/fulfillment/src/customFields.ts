/** Values of custom fields as snapshots carry them: JSON text by field name. */
export type CustomFields = Readonly<Record<string, string>>;

/** The value of one field; undefined when it is not set or the text is not JSON. */
export function customFieldValue(fields: CustomFields, name: string): unknown {
  const text = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}

/** A string, number or boolean as trimmed text; undefined for blank text and for anything else. */
export function customFieldText(fields: CustomFields, name: string): string | undefined {
  const value = customFieldValue(fields, name);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** Has the field a value of which no text can be made: a set, a reference, an object, texts by locale? */
export const isWithoutText = (fields: CustomFields, name: string): boolean =>
  typeof customFieldValue(fields, name) === 'object';
