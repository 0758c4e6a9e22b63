import { isDeepStrictEqual } from 'node:util';
import { invalidInput, invalidOperation, referencedResourceNotFound } from '../errors.ts';
import { asFields, optionalFields, optionalText, text } from '../input.ts';
import type { CustomFields, CustomType, Fields } from '../model.ts';
import type { ActionContext, MessagePayload, ResourceIdentifier } from './action.ts';
import { checkField, toFields } from './fieldValue.ts';

/** Custom fields of whatever has them: orders, deliveries, parcels. */
export interface CustomContext {
  readonly context: ActionContext;
  /** Which the Type must be for, e.g. `order`. */
  readonly resourceTypeId: string;
}

/** `{id}` or `{key}`. Throws ApiError (400) when there is neither. */
export function parseIdentifier(identifier: Fields, name: string): ResourceIdentifier {
  const id = optionalText(identifier, 'id', `${name} -> id`);
  const key = optionalText(identifier, 'key', `${name} -> key`);
  if (id === undefined && key === undefined) throw invalidInput(`A '${name}' needs an 'id' or a 'key'.`);
  return { ...(id !== undefined && { id }), ...(key !== undefined && { key }) };
}

/** Throws ApiError (400) unless the identifier names a Type of this project for such resources. */
function typeFor(identifier: Fields, { context, resourceTypeId }: CustomContext): CustomType {
  const { id, key } = parseIdentifier(identifier, 'type');
  const type = context.type({ ...(id !== undefined && { id }), ...(key !== undefined && { key }) });
  if (!type) throw referencedResourceNotFound('type', id ?? key ?? '');
  if (!type.resourceTypeIds.includes(resourceTypeId))
    throw invalidOperation(`The Type '${type.key}' is not for resources of type '${resourceTypeId}'.`);
  return type;
}

/** What `{type?, fields?}` makes of it: the Type and all fields are replaced, without `type` removed. */
export function toCustom(draft: Fields, custom: CustomContext): CustomFields | undefined {
  const identifier = optionalFields(draft, 'type');
  const fields = optionalFields(draft, 'fields') ?? {};
  if (identifier) {
    const type = typeFor(identifier, custom);
    return { type: { typeId: 'type', id: type.id }, fields: toFields(type, fields) };
  }
  if (Object.keys(fields).length > 0) throw invalidOperation("'fields' cannot be set without a 'type'.");
  return undefined;
}

/** Of a draft: its member `custom`, if it has one. */
export function parseCustom(draft: Fields, custom: CustomContext): CustomFields | undefined {
  const fields = optionalFields(draft, 'custom');
  if (!fields) return undefined;
  asFields(fields.type, 'custom -> type');
  return toCustom(fields, custom);
}

/** What `{name, value?}` makes of it; null or no value removes the field. */
export function withField(current: CustomFields | undefined, action: Fields, custom: CustomContext): CustomFields {
  const name = text(action, 'name');
  if (!current)
    throw invalidOperation(
      `The ${custom.resourceTypeId} has no custom Type: the field '${name}' cannot be set. Set the Type first.`,
    );
  checkField(typeFor({ id: current.type.id }, custom), name, action.value);
  const { [name]: old, ...others } = current.fields;
  if (action.value !== undefined && action.value !== null)
    return { ...current, fields: { ...current.fields, [name]: action.value } };
  if (old === undefined) throw invalidOperation(`The field '${name}' has no value that could be removed.`);
  return { ...current, fields: others };
}

/** The resource with these custom fields; the same object when they are what it has. */
export function withCustom<T extends { readonly custom?: CustomFields }>(
  resource: T,
  custom: CustomFields | undefined,
): T {
  if (isDeepStrictEqual(resource.custom, custom)) return resource;
  const { custom: _, ...rest } = resource;
  return (custom ? { ...rest, custom } : rest) as T;
}

type Customized = { readonly custom?: CustomFields };

/** `kind` begins the message type, e.g. `Order`. */
export function typeMessages(kind: string, before: Customized, after: Customized): readonly MessagePayload[] {
  const previous = before.custom && { previousTypeId: before.custom.type.id };
  return after.custom
    ? [{ type: `${kind}CustomTypeSet`, customFields: after.custom, ...previous }]
    : [{ type: `${kind}CustomTypeRemoved`, ...previous }];
}

export function fieldMessages(kind: string, before: Customized, after: Customized): readonly MessagePayload[] {
  const old = before.custom?.fields ?? {};
  const fields = after.custom?.fields ?? {};
  return [...new Set([...Object.keys(old), ...Object.keys(fields)])].flatMap((name): MessagePayload[] => {
    const value = fields[name];
    const previousValue = old[name];
    if (isDeepStrictEqual(value, previousValue)) return [];
    if (value === undefined) return [{ type: `${kind}CustomFieldRemoved`, name }];
    if (previousValue === undefined) return [{ type: `${kind}CustomFieldAdded`, name, value }];
    return [{ type: `${kind}CustomFieldChanged`, name, value, previousValue }];
  });
}
