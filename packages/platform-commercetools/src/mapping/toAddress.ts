import type { Address as CtAddress } from '@commercetools/platform-sdk';
import type { Address } from '@pipeline/schemas/types';
import { toJsonTexts } from './toJsonTexts.ts';

/** Of an address of commercetools only the country is certain. */
export function toAddress(address: CtAddress): Address {
  return {
    country: address.country,
    salutation: address.salutation ?? null,
    title: address.title ?? null,
    firstName: address.firstName ?? null,
    lastName: address.lastName ?? null,
    company: address.company ?? null,
    street: address.streetName ?? null,
    houseNumber: address.streetNumber ?? null,
    additionalStreetInfo: address.additionalStreetInfo ?? null,
    additionalAddressInfo: address.additionalAddressInfo ?? null,
    building: address.building ?? null,
    apartment: address.apartment ?? null,
    pOBox: address.pOBox ?? null,
    postalCode: address.postalCode ?? null,
    city: address.city ?? null,
    region: address.region ?? null,
    state: address.state ?? null,
    phone: address.phone ?? null,
    mobile: address.mobile ?? null,
    email: address.email ?? null,
    customFields: toJsonTexts(address.custom?.fields),
  };
}
