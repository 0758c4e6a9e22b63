import { closed, dateTime, flag, free, list, oneOf, type Schema, text } from './compile.ts';

/** Facility by either of its two ids; one must be there. */
const facility = (fields: Record<string, Schema> = {}): Schema => ({
  ...closed({ facilityRef: text, tenantFacilityId: text, ...fields }),
  anyOf: [{ required: ['facilityRef'] }, { required: ['tenantFacilityId'] }],
});

const carrierWithProduct = closed({
  'carrierKey*': text,
  carrierProduct: text,
  carrierServices: list(
    oneOf(
      ...['SIGNATURE', 'CUSTOMER_SIGNATURE', 'ADULT_SIGNATURE', 'SATURDAY_DELIVERY', 'IDENTITY_CHECK_COMPANY'],
      ...['IDENTITY_CHECK_PRIVATE', 'ADDITIONAL_TRANSPORTATION_INSURANCE', 'IDENTITY_AGE_CHECK_18'],
      ...['NO_NEIGHBOR_DELIVERY', 'HANDOVER_TO_RECIPIENT_ONLY'],
    ),
  ),
});

const shipping = closed({
  serviceLevel: oneOf('DELIVERY', 'SAMEDAY'),
  preferredCarriers: list(text),
  preferredCarriersWithProduct: list(carrierWithProduct),
  carrierProductCategory: oneOf('STANDARD', 'EXPRESS', 'VALUE', 'FORWARDING'),
  desiredDeliveryTime: dateTime,
  preselectedFacilities: list(facility()),
});

const collect = facility({
  paid: flag,
  provisioningTime: dateTime,
  supplyingFacilities: list(text),
  supplyingFacilitiesConfigurations: list(facility({ 'deliveryEvents*': list(free) })),
});

export const deliveryPreferences = closed({
  shipping,
  collect: list(collect, { maxItems: 1 }),
  targetTime: dateTime,
  estimatedDeliveryDate: dateTime,
  reservationPreferences: closed({ 'mode*': oneOf('SCHEDULED', 'ASAP', 'ALAP'), reservationTime: dateTime }),
  sourcingOptionRefs: list(text),
  supplyingFacilities: list(text),
});
