import { closed, dateTime, filled, flag, free, list, oneOf, type Schema, text } from './compile.ts';

const phoneNumber = closed({ 'value*': text, 'type*': oneOf('MOBILE', 'PHONE'), label: text, customAttributes: free });

const coordinates = closed({ 'lat*': { type: 'number' }, 'lon*': { type: 'number' } });

const address = {
  'street*': filled,
  'city*': filled,
  'postalCode*': filled,
  'country*': { type: 'string', pattern: '^[A-Z]{2}$' },
  houseNumber: filled,
  province: filled,
  additionalAddressInfo: text,
  phoneNumbers: list(phoneNumber),
  customAttributes: free,
} satisfies Record<string, Schema>;

const optional = (fields: Record<string, Schema>) =>
  Object.fromEntries(Object.entries(fields).map(([name, schema]) => [name.replace(/\*$/, ''), schema]));

export const consumerAddress = closed({
  ...address,
  addressType: oneOf('POSTAL_ADDRESS', 'PARCEL_LOCKER', 'INVOICE_ADDRESS'),
  companyName: text,
  coordinates,
  email: { type: 'string', format: 'email', minLength: 1 },
  firstName: text,
  lastName: text,
  personalTitle: text,
  salutation: text,
});

const coreAddress = {
  emailAddresses: list(closed({ 'value*': text, recipient: text }), { maxItems: 10 }),
  resolvedCoordinates: coordinates,
  resolvedTimeZone: free,
} satisfies Record<string, Schema>;

const facilityAddress = closed({ ...address, 'companyName*': text, ...coreAddress });

/** What can be given when a facility is made, and changed later. */
const facilityFields = {
  status: oneOf('ONLINE', 'SUSPENDED', 'OFFLINE'),
  locationType: oneOf('STORE', 'WAREHOUSE', 'EXTERNAL'),
  services: list(closed({ 'type*': oneOf('SHIP_FROM_STORE', 'PICKUP') })),
  contact: closed({ 'firstName*': text, 'lastName*': text, roleDescription: text, customAttributes: free }),
  capacityEnabled: flag,
  capacityPlanningTimeframe: { type: 'integer', minimum: 1 },
  fulfillmentProcessBuffer: { type: 'integer', minimum: 0 },
  pickingMethods: list(text),
  pickingTimes: free,
  scanningRule: free,
  customAttributes: free,
  closingDays: list(closed({ 'date*': dateTime, 'reason*': text, 'recurrence*': oneOf('YEARLY', 'NONRECURRING') })),
} satisfies Record<string, Schema>;

const types = oneOf('MANAGED_FACILITY', 'SUPPLIER');
const tag = closed({ 'id*': text, 'value*': text });

export const facilityForCreation = closed({
  ...facilityFields,
  'name*': filled,
  'address*': facilityAddress,
  tenantFacilityId: filled,
  type: types,
  operativeCosts: list(free, { maxItems: 1 }),
  tags: list(tag, { minItems: 1 }),
});

/** A field that null takes away. */
const nullable = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });

const { status, ...erasable } = facilityFields;

export const facilityForModification = closed({
  ...Object.fromEntries(Object.entries(erasable).map(([name, schema]) => [name, nullable(schema)])),
  'type*': types,
  'version*': { type: 'integer', minimum: 0 },
  name: filled,
  address: facilityAddress,
  status,
  tenantFacilityId: nullable(filled),
  configs: nullable(list(closed({ ref: text, rel: text }))),
  tags: nullable(list(tag, { minItems: 1 })),
});

/** Deprecated by the vendor, and what its own connector sends. */
export const facilityActions = closed({
  'version*': { type: 'integer', minimum: 0 },
  'actions*': list(
    closed({
      ...facilityFields,
      'action*': oneOf('ModifyFacility'),
      name: filled,
      address: closed({ ...optional(address), companyName: text, ...coreAddress }),
      tenantFacilityId: filled,
      operativeCosts: list(free, { maxItems: 1 }),
      tags: list(tag),
    }),
    { minItems: 1 },
  ),
});
