import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { facilityActions, facilityForCreation, facilityForModification } from './address.ts';
import { compile, type Schema } from './compile.ts';
import { parseOrderForCreation } from './order.ts';
import { parseBulkOrderAction, parseOrderAction, parseOrderLineAction } from './orderAction.ts';
import { parseOrderForUpdate } from './orderUpdate.ts';
import { parseSubscription } from './subscription.ts';
import { parseTag } from './tag.ts';

/** The vendor's own description of its API; it lies beside this repository where its owners may use it. */
const file = new URL('../../../../../shared/fulfillmenttools-api/api.swagger.yaml', import.meta.url);
const text = await readFile(file, 'utf8').catch(() => undefined);
const spec = text === undefined ? undefined : (parseYaml(text) as { components: { schemas: Record<string, Schema> } });

const writes: Readonly<Record<string, (body: unknown) => unknown>> = {
  OrderForCreation: parseOrderForCreation,
  OrderForUpdate: parseOrderForUpdate,
  OrderCancelActionParameter: parseOrderAction,
  OrderForceCancelActionParameter: parseOrderAction,
  OrderUnlockActionParameter: parseOrderAction,
  PromiseConfirmActionParameter: parseOrderAction,
  PromiseExtendActionParameter: parseOrderAction,
  OrderConsumerAddressChangeActionParameter: parseOrderAction,
  OrderConsumerAddressesReplaceActionParameter: parseOrderAction,
  BulkOrderActionsParameter: parseBulkOrderAction,
  OrderLineItemActionsParameter: parseOrderLineAction,
  SubscriptionForCreation: parseSubscription,
  TagForCreation: parseTag,
  ManagedFacilityForCreation: compile(facilityForCreation),
  ManagedFacilityForModification: compile(facilityForModification),
  FacilityPatchActions: compile(facilityActions),
};

/** Where the simulator looks further than the schema. */
const meaningful: Readonly<Record<string, unknown>> = {
  event: 'ORDER_CREATED',
  action: 'ModifyFacility',
  callbackUrl: 'http://127.0.0.1:9/hook',
};

describe.skipIf(spec === undefined)('bodies by the OpenAPI file (skipped: no ../shared/fulfillmenttools-api)', () => {
  it.each(Object.keys(writes))('%s is taken with every field that the vendor knows, each known field only', (name) => {
    const parse = writes[name] as (body: unknown) => unknown;
    const full = toSample(schemaOf(name)) as Record<string, unknown>;
    expect(() => parse(full)).not.toThrow();
    expect(() => parse({ ...full, unknownToTheVendor: 1 })).toThrow();
  });

  it.each(Object.keys(writes))('%s is refused without any one of the fields that must be there', (name) => {
    const parse = writes[name] as (body: unknown) => unknown;
    const { required } = schemaOf(name);
    expect(required).not.toHaveLength(0);
    for (const field of required) {
      const { [field]: _, ...rest } = toSample(schemaOf(name)) as Record<string, unknown>;
      expect(() => parse(rest), field).toThrow();
    }
  });

  it.each(Object.keys(writes))(
    '%s is refused with a field that the vendor does not know, however deep it lies',
    (name) => {
      const parse = writes[name] as (body: unknown) => unknown;
      const full = toSample(schemaOf(name));
      const spoiled = [...withUnknownFields(full)];
      expect(spoiled.length).toBeGreaterThan(0);
      for (const [where, body] of spoiled) expect(() => parse(body), where).toThrow();
    },
  );
});

/** Objects whose fields are the caller's, or that the simulator does not look into. */
const open: ReadonlySet<string> = new Set([
  ...['customAttributes', 'discounts', 'fees', 'taxes', 'deliveryEvents'],
  ...['pickingTimes', 'scanningRule', 'operativeCosts', 'resolvedTimeZone'],
]);

/** The value once for each object in it, which then has a field that nobody knows. */
function* withUnknownFields(value: unknown, where = 'body'): Generator<readonly [where: string, value: unknown]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value) && !('de_DE' in value)) yield [where, { ...value, unknownToTheVendor: {} }];
  for (const [name, member] of Object.entries(value)) {
    if (open.has(name)) continue;
    for (const [at, spoiled] of withUnknownFields(member, `${where}.${name}`)) {
      yield [at, Array.isArray(value) ? value.with(Number(name), spoiled) : { ...value, [name]: spoiled }];
    }
  }
}

interface Flat {
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required: readonly string[];
}

const schemaOf = (name: string): Schema & Flat => resolve({ $ref: `#/components/schemas/${name}` });

/** Follows references, the first of several choices, and everything that a schema consists of. */
function resolve(schema: Schema): Schema & Flat {
  const { $ref, allOf, oneOf, anyOf, ...own } = schema as Record<string, never>;
  const parts = [
    ...($ref === undefined ? [] : [spec?.components.schemas[String($ref).split('/').at(-1) ?? ''] ?? {}]),
    ...(allOf ?? []),
    ...((oneOf ?? anyOf ?? []) as Schema[]).slice(0, 1),
  ].map(resolve);
  const all = [...parts, own] as readonly Partial<Flat>[];
  return {
    ...Object.assign({}, ...all),
    properties: Object.assign({}, ...all.map(({ properties }) => properties ?? {})),
    required: [...new Set(all.flatMap(({ required }) => required ?? []))],
  };
}

/** A value with every field; lists that hold themselves end after a few. */
function toSample(schema: Schema, depth = 0): unknown {
  const {
    type,
    enum: values,
    format,
    pattern,
    items,
    properties,
    minimum = 1,
    additionalProperties,
  } = resolve(schema) as Record<string, never> & Flat;
  if (values !== undefined) return (values as readonly unknown[])[0];
  if (type === 'array') return depth > 8 ? [] : [toSample(items ?? {}, depth + 1)];
  if (type === 'string') {
    return format === 'date-time'
      ? '2026-01-01T00:00:00.000Z'
      : format === 'email'
        ? 'a@example.com'
        : pattern === '^[A-Z]{2}$'
          ? 'DE'
          : 'text';
  }
  if (type === 'integer' || type === 'number') return minimum;
  if (type === 'boolean') return true;
  if (typeof additionalProperties === 'object') return { de_DE: toSample(additionalProperties, depth + 1) };
  return Object.fromEntries(
    Object.entries(properties).map(([name, field]) => [name, meaningful[name] ?? toSample(field, depth + 1)]),
  );
}
