import ajv from 'ajv';
import { PipelineError } from '@pipeline/streams';
import type { WantedFacility } from './facility.ts';
import type { FacilityChange } from './facilityChange.ts';

const line = { type: 'string', pattern: '^.+$' } as const;
const free = { type: 'object' } as const;
const lists = { type: 'array', maxItems: 500, items: free } as const;

/** A closed object: what is not listed is refused. */
const object = (required: Record<string, object>, optional: Record<string, object> = {}) => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(required),
  properties: { ...required, ...optional },
});

const address = object(
  { companyName: line, street: line, city: line, postalCode: line, country: { type: 'string', pattern: '^[A-Z]{2}$' } },
  {
    houseNumber: line,
    province: line,
    additionalAddressInfo: line,
    phoneNumbers: lists,
    emailAddresses: { ...lists, maxItems: 10 },
    customAttributes: free,
    resolvedTimeZone: object({ timeZoneId: line }),
    resolvedCoordinates: object({
      lat: { type: 'number', minimum: -90, maximum: 90 },
      lon: { type: 'number', minimum: -180, maximum: 180 },
    }),
  },
);
const status = { enum: ['ONLINE', 'OFFLINE'] } as const;
const type = { const: 'MANAGED_FACILITY' } as const;

const compiler = new ajv.Ajv({ strict: true, strictRequired: false });
const validateNew = compiler.compile(
  object({
    type,
    tenantFacilityId: line,
    name: line,
    address,
    locationType: { const: 'STORE' },
    status,
    services: { type: 'array', items: object({ type: { enum: ['SHIP_FROM_STORE', 'PICKUP'] } }) },
    customAttributes: object({ commercetoolsId: line }),
  }),
);
const validateChange = compiler.compile(
  object(
    { type, version: { type: 'integer' } },
    { tenantFacilityId: line, name: line, address, status, customAttributes: free },
  ),
);

/** The body that makes a facility. @throws PipelineError `permanent`, code `facility-invalid`, naming the field. */
export function toNewFacility({ tenantFacilityId, name, address }: WantedFacility, channelId: string): object {
  return checked(validateNew, {
    type: 'MANAGED_FACILITY',
    tenantFacilityId,
    name,
    address,
    locationType: 'STORE',
    status: 'ONLINE',
    services: [{ type: 'SHIP_FROM_STORE' }, { type: 'PICKUP' }],
    customAttributes: { commercetoolsId: channelId },
  });
}

/**
 * The body that changes one: ManagedFacilityForModification, which the vendor prefers to the list of actions (API
 * descriptions of 2025-05-22 and 2026-08-21). @throws as `toNewFacility`.
 */
export const toModification = (version: number, change: FacilityChange): object =>
  checked(validateChange, { type: 'MANAGED_FACILITY', version, ...change });

function checked(validate: ajv.ValidateFunction, body: object): object {
  if (validate(body)) return body;
  const [violation] = validate.errors ?? [];
  const field = violation?.instancePath.slice(1).replaceAll('/', '.') || 'the body';
  throw new PipelineError(
    'permanent',
    'facility-invalid',
    `The facility cannot be sent to fulfillmenttools: ${field} ${violation?.message ?? 'is not valid'}. Correct the channel, whose change makes it good.`,
    { stage: 'map', notSent: true },
  );
}
