import { readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import addFormatsModule from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { eventNames } from '../core/eventNames.ts';
import { withStatuses } from '../core/processStatus.ts';
import { liveOrder } from '../testing/liveOrder.ts';
import { expectedOutcome, lifeNames } from './lives.ts';

type Schemas = Record<string, Record<string, unknown>>;

/** The vendor's own description of its API; it lies beside this repository where its owners may use it. */
const file = new URL('../../../../../shared/fulfillmenttools-api/api.swagger.yaml', import.meta.url);
const text = await readFile(file, 'utf8').catch(() => undefined);
const schemas =
  text === undefined ? undefined : (parseYaml(text) as { components: { schemas: Schemas } }).components.schemas;

// ajv-formats is CommonJS: its default export is the module object for NodeNext resolution.
const addFormats = addFormatsModule as unknown as (ajv: Ajv) => void;

/** `additionalProperties: false` under `allOf` refuses every real entity: fields are compared by name instead. */
const opened = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== 'object' || value === null) return value;
  const { additionalProperties, nullable: _, discriminator: __, ...rest } = value as Record<string, unknown>;
  const members = Object.entries(rest).map(([name, member]) => [name, opened(member)]);
  return {
    ...(typeof additionalProperties === 'object' ? { additionalProperties } : {}),
    ...Object.fromEntries(members),
  };
};

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
for (const name of ['int32', 'int64', 'float', 'double', 'number']) ajv.addFormat(name, true);
if (schemas !== undefined) ajv.addSchema({ $id: 'vendor', components: { schemas: opened(schemas) } });

const faultsOf = (name: string, value: unknown): string[] => {
  const validate = ajv.getSchema(`vendor#/components/schemas/${name}`);
  if (validate === undefined) throw new Error(`the vendor has no schema ${name}`);
  if (validate(value) === true) return unknownFields(name, value as object);
  return (validate.errors ?? []).map((error) => `${name}${error.instancePath} ${error.message}`);
};

/** Names of all fields of a schema and of those that it is made of. */
function fieldsOf(schema: Record<string, any> | undefined): string[] {
  if (schema === undefined) return [];
  if (typeof schema['$ref'] === 'string') return fieldsOf(schemas?.[schema['$ref'].split('/').at(-1) ?? '']);
  return [...Object.keys(schema['properties'] ?? {}), ...(schema['allOf'] ?? []).flatMap(fieldsOf)];
}

const unknownFields = (name: string, value: object): string[] => {
  const known = new Set(fieldsOf(schemas?.[name]));
  return Object.keys(value).flatMap((field) => (known.has(field) ? [] : [`${name} has no field ${field}`]));
};

const schemaOfEvent = (event: string): string => {
  const [, name] = Object.entries(byPrefix).find(([prefix]) => event.startsWith(prefix)) ?? [];
  return name ?? event;
};
const byPrefix: Readonly<Record<string, string>> = {
  ORDER_MODIFIED: 'OrderModifiedEventPayload',
  ORDER_: 'Order',
  ROUTING_PLAN_: 'RoutingPlan',
  PICK_JOB_PICK_LINE_PICKED: 'PickLineItem',
  PICK_JOB_: 'PickJob',
  PACK_JOB_: 'PackJob',
  SHIPMENT_: 'Shipment',
  PARCEL_: 'Parcel',
  HANDOVERJOB_: 'Handoverjob',
  ITEM_RETURN_JOB_: 'ItemReturnJob',
  REFUND_TRIGGERED: 'RefundTrigger',
  PROCESS_: 'Process',
};

describe.skipIf(schemas === undefined)(
  'entities by the OpenAPI file (skipped: no ../shared/fulfillmenttools-api)',
  () => {
    it.each(lifeNames)(
      'are valid in every event of the life %s, and have no field that the vendor does not know',
      (life) => {
        for (const kind of ['DELIVERY', 'COLLECT'] as const) {
          if (expectedOutcome(life, kind) === undefined) continue;
          const { events, world, record } = liveOrder({
            life,
            kind,
            options: { tracking: true, inheritAttributes: true },
          });
          expect(events.filter(({ event }) => !eventNames.has(event))).toEqual([]);
          const faults = events.flatMap(({ event, payload }) =>
            faultsOf(schemaOfEvent(event), payload).map((fault) => `${event}: ${fault}`),
          );
          expect(new Set(faults)).toEqual(new Set());
          const process = world.state.processes.get(record.order.processId);
          expect(process === undefined ? [] : faultsOf('Process', withStatuses(world.state, process))).toEqual([]);
          for (const unit of world.state.loadUnits.values()) expect(faultsOf('LoadUnit', unit)).toEqual([]);
        }
      },
    );
  },
);
