import { isDeepStrictEqual } from 'node:util';
import { invalidInput, invalidOperation, referencedResourceNotFound } from '../../errors.ts';
import { optionalFields, optionalText, text } from '../../input.ts';
import type { CustomFields, CustomType, Fields, Order } from '../../model.ts';
import type { ActionContext, MessagePayload, UpdateAction } from '../action.ts';
import { checkField, toFields } from '../fieldValue.ts';

/** Throws ApiError (400) unless the identifier names a Type of this project for orders. */
function orderType(identifier: Fields, context: ActionContext): CustomType {
  const id = optionalText(identifier, 'id', 'type -> id');
  const key = optionalText(identifier, 'key', 'type -> key');
  if (id === undefined && key === undefined) throw invalidInput("A 'type' needs an 'id' or a 'key'.");
  const type = context.type({ ...(id !== undefined && { id }), ...(key !== undefined && { key }) });
  if (!type) throw referencedResourceNotFound('type', id ?? key ?? '');
  if (!type.resourceTypeIds.includes('order')) throw invalidOperation(`The Type '${type.key}' is not for orders.`);
  return type;
}

function withCustom(order: Order, custom: CustomFields | undefined): Order {
  if (isDeepStrictEqual(order.custom, custom)) return order;
  const { custom: _, ...rest } = order;
  return custom ? { ...rest, custom } : (rest as Order);
}

/** Replaces the Type and all fields; without `type` removes them. */
function setCustomType(order: Order, action: Fields, context: ActionContext): Order {
  const identifier = optionalFields(action, 'type');
  const fields = optionalFields(action, 'fields') ?? {};
  if (!identifier) {
    if (Object.keys(fields).length > 0) throw invalidOperation("'fields' cannot be set without a 'type'.");
    return withCustom(order, undefined);
  }
  const type = orderType(identifier, context);
  return withCustom(order, { type: { typeId: 'type', id: type.id }, fields: toFields(type, fields) });
}

function setCustomField(order: Order, action: Fields, context: ActionContext): Order {
  const name = text(action, 'name');
  const custom = order.custom;
  if (!custom)
    throw invalidOperation(`The order has no custom Type: the field '${name}' cannot be set. Use setCustomType first.`);
  checkField(orderType({ id: custom.type.id }, context), name, action.value);
  const { [name]: old, ...others } = custom.fields;
  if (action.value === undefined || action.value === null) {
    if (old === undefined) throw invalidOperation(`The field '${name}' has no value that could be removed.`);
    return { ...order, custom: { ...custom, fields: others } };
  }
  return withCustom(order, { ...custom, fields: { ...custom.fields, [name]: action.value } });
}

function typeMessages(before: Order, after: Order): readonly MessagePayload[] {
  const previous = before.custom && { previousTypeId: before.custom.type.id };
  return after.custom
    ? [{ type: 'OrderCustomTypeSet', customFields: after.custom, ...previous }]
    : [{ type: 'OrderCustomTypeRemoved', ...previous }];
}

function fieldMessages(before: Order, after: Order): readonly MessagePayload[] {
  const old = before.custom?.fields ?? {};
  const fields = after.custom?.fields ?? {};
  return [...new Set([...Object.keys(old), ...Object.keys(fields)])].flatMap((name): MessagePayload[] => {
    const value = fields[name];
    const previousValue = old[name];
    if (isDeepStrictEqual(value, previousValue)) return [];
    if (value === undefined) return [{ type: 'OrderCustomFieldRemoved', name }];
    if (previousValue === undefined) return [{ type: 'OrderCustomFieldAdded', name, value }];
    return [{ type: 'OrderCustomFieldChanged', name, value, previousValue }];
  });
}

export const customActions: Record<string, UpdateAction> = {
  setCustomType: { apply: setCustomType, messages: typeMessages },
  setCustomField: { apply: setCustomField, messages: fieldMessages },
};
