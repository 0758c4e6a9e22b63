import type { FieldDefinition, Type } from '@commercetools/platform-sdk';
import { PipelineError, isPipelineError } from '@pipeline/streams';
import { call } from './call.ts';
import type { ApiRoot } from './client.ts';
import { fieldKinds, statusFieldKeys } from './fieldNames.ts';
import type { FieldNames } from './fieldNames.ts';

/** Our custom Type of orders. */
export interface OrderType {
  readonly id: string;
  readonly key: string;
}

export interface OrderTypeRequest {
  readonly api: ApiRoot;
  readonly key: string;
  readonly fields: FieldNames;
  readonly signal: AbortSignal;
}

/**
 * Reads our custom Type at start. Needs the scope view_types.
 * @throws PipelineError `permanent` when it is missing, is not for orders, or lacks one of our fields: run the set-up.
 */
export async function resolveOrderType({ api, key, fields, signal }: OrderTypeRequest): Promise<OrderType> {
  const type = await readType(api, key, signal);
  if (!type)
    throw refused('order-type-missing', `There is no custom Type ${key}. Run "npm run setup:commercetools" first.`);
  const missing = missingFields(type, fields);
  if (missing.length === 0) return { id: type.id, key: type.key };
  const names = missing.map((each) => each.name).join(', ');
  throw refused(
    'order-type-incomplete',
    `The custom Type ${key} lacks ${names}. Run "npm run setup:commercetools" first.`,
  );
}

/**
 * Creates our custom Type, or adds the fields that it lacks; may be repeated. For a command or the sandbox, never for a
 * running service. Needs the scope manage_types.
 * @throws PipelineError `permanent` when the key belongs to a Type that cannot be ours.
 */
export async function ensureOrderType(request: OrderTypeRequest): Promise<OrderType> {
  const { api, key, fields, signal } = request;
  const found = await readType(api, key, signal);
  if (!found) return createType(request);
  const actions = missingFields(found, fields).map((fieldDefinition) => ({
    action: 'addFieldDefinition' as const,
    fieldDefinition,
  }));
  if (actions.length === 0) return { id: found.id, key: found.key };
  const body = { version: found.version, actions };
  const { id } = await call(api.types().withId({ ID: found.id }).post({ body }), { signal, write: true });
  return { id, key };
}

/** The names of the fields that a Type defines, with their kind (String, Number, ...). */
export function definedFields(type: Type): ReadonlyMap<string, string> {
  return new Map(type.fieldDefinitions.map((each) => [each.name, each.type.name]));
}

export async function readType(api: ApiRoot, key: string, signal: AbortSignal): Promise<Type | undefined> {
  try {
    return await call(api.types().withKey({ key }).get(), { signal });
  } catch (error) {
    if (isPipelineError(error) && error.errorClass === 'gone') return undefined;
    throw error;
  }
}

async function createType({ api, key, fields, signal }: OrderTypeRequest): Promise<OrderType> {
  const fieldDefinitions = wantedFields(fields).map(({ name, kind }) => toDefinition(name, kind));
  const body = { key, name: { en: 'Fulfillment' }, resourceTypeIds: ['order'], fieldDefinitions };
  const { id } = await call(api.types().post({ body }), { signal, write: true });
  return { id, key };
}

function missingFields(type: Type, fields: FieldNames): FieldDefinition[] {
  const where = `The custom Type ${type.key}`;
  if (!type.resourceTypeIds.includes('order'))
    throw refused('order-type-unfit', `${where} is not for orders. Choose another key.`);
  const defined = definedFields(type);
  return wantedFields(fields).flatMap(({ name, kind }) => {
    const found = defined.get(name);
    if (found === undefined) return [toDefinition(name, kind)];
    if (found === kind) return [];
    const text = `${where} defines ${name} as ${found}, not ${kind}. Choose another field name or Type.`;
    throw refused('order-type-unfit', text);
  });
}

function wantedFields(fields: FieldNames): { readonly name: string; readonly kind: 'String' | 'Number' }[] {
  return statusFieldKeys.flatMap((field) => {
    const name = fields[field];
    return name === null ? [] : [{ name, kind: fieldKinds[field] }];
  });
}

export function toDefinition(name: string, kind: 'String' | 'Number'): FieldDefinition {
  const label = { en: name.replaceAll('_', ' ') };
  return { name, label, required: false, type: { name: kind }, inputHint: 'SingleLine' };
}

function refused(code: string, text: string): PipelineError {
  return new PipelineError('permanent', code, text, { stage: 'validate', notSent: true });
}
