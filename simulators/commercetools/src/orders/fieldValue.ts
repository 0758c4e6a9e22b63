import { invalidField, invalidOperation, requiredField } from '../errors.ts';
import { isFields } from '../input.ts';
import type { CustomType, Fields, FieldType } from '../model.ts';

const isText = (value: unknown) => typeof value === 'string';
const matches = (pattern: RegExp) => (value: unknown) => typeof value === 'string' && pattern.test(value);
const hasKey = (type: FieldType, value: unknown) => (type.values ?? []).some(({ key }) => key === value);

const checks: Record<string, (value: unknown, type: FieldType) => boolean> = {
  Boolean: (value) => typeof value === 'boolean',
  String: isText,
  LocalizedString: (value) => isFields(value) && Object.values(value).every(isText),
  Enum: (value, type) => hasKey(type, value),
  LocalizedEnum: (value, type) => hasKey(type, value),
  Number: (value) => typeof value === 'number' && Number.isFinite(value),
  Money: (value) => isFields(value) && isText(value.currencyCode) && Number.isSafeInteger(value.centAmount),
  Date: matches(/^\d{4}-\d{2}-\d{2}$/),
  Time: matches(/^\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?$/),
  DateTime: (value) => matches(/^\d{4}-\d{2}-\d{2}T/)(value) && !Number.isNaN(Date.parse(value as string)),
  Reference: (value, type) => isFields(value) && value.typeId === type.referenceTypeId && isText(value.id),
  Set: (value, type) =>
    Array.isArray(value) &&
    type.elementType !== undefined &&
    value.every((item) => isValue(item, type.elementType as FieldType)),
};

export const fieldTypeNames: readonly string[] = Object.keys(checks);

const isValue = (value: unknown, type: FieldType): boolean => checks[type.name]?.(value, type) ?? false;

/** Throws ApiError (400) when the Type has no such field, or the value is not of the field's type. */
export function checkField(type: CustomType, name: string, value: unknown): void {
  const definition = type.fieldDefinitions.find((field) => field.name === name);
  if (!definition) throw invalidOperation(`The field '${name}' is not defined in the Type '${type.key}'.`);
  if (value === undefined || value === null) {
    if (definition.required) throw requiredField(name);
    return;
  }
  if (!isValue(value, definition.type))
    throw invalidField(name, value, `Expected a value of type ${definition.type.name}.`);
}

/** The fields without null values. Throws ApiError (400), also for a required field that is missing. */
export function toFields(type: CustomType, fields: Fields): Fields {
  for (const [name, value] of Object.entries(fields)) checkField(type, name, value);
  const kept = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
  const names = new Set(kept.map(([name]) => name));
  for (const { name, required } of type.fieldDefinitions) if (required && !names.has(name)) throw requiredField(name);
  return Object.fromEntries(kept);
}
