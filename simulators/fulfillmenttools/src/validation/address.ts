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

export const facilityForCreation = closed({
  'name*': filled,
  'address*': closed({
    ...address,
    'companyName*': text,
    emailAddresses: list(closed({ 'value*': text, recipient: text }), { maxItems: 10 }),
    resolvedCoordinates: coordinates,
    resolvedTimeZone: free,
  }),
  tenantFacilityId: filled,
  status: oneOf('ONLINE', 'SUSPENDED', 'OFFLINE'),
  type: oneOf('MANAGED_FACILITY', 'SUPPLIER'),
  locationType: oneOf('STORE', 'WAREHOUSE', 'EXTERNAL'),
  services: list(closed({ 'type*': oneOf('SHIP_FROM_STORE', 'PICKUP') })),
  contact: closed({ 'firstName*': text, 'lastName*': text, roleDescription: text, customAttributes: free }),
  capacityEnabled: flag,
  capacityPlanningTimeframe: { type: 'integer', minimum: 1 },
  fulfillmentProcessBuffer: { type: 'integer', minimum: 0 },
  pickingMethods: list(text),
  pickingTimes: free,
  scanningRule: free,
  operativeCosts: list(free, { maxItems: 1 }),
  customAttributes: free,
  tags: list(closed({ 'id*': text, 'value*': text }), { minItems: 1 }),
  closingDays: list(closed({ 'date*': dateTime, 'reason*': text, 'recurrence*': oneOf('YEARLY', 'NONRECURRING') })),
});
