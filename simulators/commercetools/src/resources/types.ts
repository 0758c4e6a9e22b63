import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { concurrentModification, duplicateField, invalidInput, invalidOperation } from '../errors.ts';
import { exchangeOf } from '@pipeline/simulator-control';
import { asFields, isFields, optionalKey, optionalList, positiveInteger, text } from '../input.ts';
import type { CustomType, FieldDefinition, Fields, FieldType } from '../model.ts';
import { fieldTypeNames } from '../orders/fieldValue.ts';
import { needs } from '../scopes.ts';
import type { Simulation } from '../simulation.ts';
import { findKeyed, type KeyedRequest, registerReads } from './keyed.ts';

/** `/types`: read, create, and add fields to a Type that is in use. */
export function registerTypes(app: FastifyInstance, { state, settings }: Simulation): void {
  registerReads(app, { path: '/types', scope: 'view_types', store: () => state.types as never });

  const stamp = (request: KeyedRequest) => {
    const exchange = exchangeOf(request);
    exchange.markEffect();
    const lastModifiedAt = new Date(settings.now()).toISOString();
    return { lastModifiedAt, lastModifiedBy: { clientId: exchange.entry.clientId ?? '', isPlatformClient: false } };
  };

  app.post('/types', needs('manage_types'), (request: KeyedRequest, reply) => {
    const draft = parseDraft(asFields(request.body, 'body'));
    if (state.types.byKey(draft.key)) throw duplicateField('key', draft.key);
    const fieldDefinitions = draft.fieldDefinitions.reduce(
      (fields, field) => withField(fields, field, state.types.all()),
      [] as readonly FieldDefinition[],
    );
    const { lastModifiedAt, lastModifiedBy } = stamp(request);
    const type: CustomType = {
      ...draft,
      fieldDefinitions,
      id: randomUUID(),
      version: 1,
      createdAt: lastModifiedAt,
      lastModifiedAt,
      createdBy: lastModifiedBy,
      lastModifiedBy,
    };
    state.types.put(type);
    return reply.code(201).send(type);
  });

  for (const path of ['/types/:id', '/types/key=:key'])
    app.post(path, needs('manage_types'), (request: KeyedRequest, reply) => {
      const current = findKeyed(state.types, request);
      const body = asFields(request.body, 'body');
      const version = positiveInteger(body, 'version');
      const additions = optionalList(body, 'actions').map(parseAddition);
      if (version !== current.version) throw concurrentModification(current.id, version, current.version);
      if (additions.length === 0) return reply.send(current);
      const others = state.types.all().filter(({ id }) => id !== current.id);
      const fieldDefinitions = additions.reduce(
        (fields, field) => withField(fields, field, others),
        current.fieldDefinitions,
      );
      const type = { ...current, fieldDefinitions, version: version + 1, ...stamp(request) };
      state.types.put(type);
      return reply.send(type);
    });
}

function parseDraft(body: Fields): Pick<CustomType, 'key' | 'resourceTypeIds' | 'fieldDefinitions'> & Fields {
  text(body, 'key');
  const resourceTypeIds = body.resourceTypeIds;
  if (
    !Array.isArray(resourceTypeIds) ||
    resourceTypeIds.length === 0 ||
    !resourceTypeIds.every((id) => typeof id === 'string')
  )
    throw invalidInput("'resourceTypeIds' has to name at least one resource type.");
  const fieldDefinitions = optionalList(body, 'fieldDefinitions').map(parseField);
  const { description } = body;
  const name = asFields(body.name, 'name');
  return {
    key: optionalKey(body, 'key') as string,
    name,
    ...(isFields(description) && { description }),
    resourceTypeIds,
    fieldDefinitions,
  };
}

function parseAddition(action: Fields): FieldDefinition {
  if (action.action !== 'addFieldDefinition')
    throw invalidInput(
      `Invalid update action '${String(action.action)}' for a Type. The simulator knows addFieldDefinition.`,
    );
  return parseField(asFields(action.fieldDefinition, 'fieldDefinition'));
}

function parseField(draft: Fields): FieldDefinition {
  const name = text(draft, 'name', 'fieldDefinitions -> name');
  if (!/^[A-Za-z0-9_-]{2,36}$/.test(name))
    throw invalidInput(`The field name '${name}' has to be 2 to 36 characters of A-Z, a-z, 0-9, '_' and '-'.`);
  const label = asFields(draft.label, 'fieldDefinitions -> label');
  const type = parseFieldType(asFields(draft.type, 'fieldDefinitions -> type'));
  return { name, label, required: draft.required === true, type, inputHint: draft.inputHint ?? 'SingleLine' };
}

function parseFieldType(draft: Fields): FieldType {
  const name = text(draft, 'name', 'type -> name');
  if (!fieldTypeNames.includes(name))
    throw invalidInput(`The field type '${name}' is none of ${fieldTypeNames.join(', ')}.`);
  if (name === 'Set') parseFieldType(asFields(draft.elementType, 'type -> elementType'));
  return draft as unknown as FieldType;
}

/** Field names are unique in a Type, and mean the same type in every Type. Throws ApiError (400). */
function withField(
  fields: readonly FieldDefinition[],
  field: FieldDefinition,
  others: readonly CustomType[],
): readonly FieldDefinition[] {
  if (fields.some(({ name }) => name === field.name)) throw duplicateField('fieldDefinitions.name', field.name);
  const elsewhere = others.flatMap(({ fieldDefinitions }) => fieldDefinitions).find(({ name }) => name === field.name);
  if (elsewhere && elsewhere.type.name !== field.type.name)
    throw invalidOperation(`The field '${field.name}' is of type ${elsewhere.type.name} in another Type.`);
  return [...fields, field];
}
