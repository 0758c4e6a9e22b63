import type { Address } from '@pipeline/schemas/types';
import { PipelineError } from '@pipeline/streams';
import type { MappingConfig } from './mappingConfig.ts';
import type { ConsumerAddress } from './orderForCreation.ts';
import { omitMissing, toFilled, toLine } from './text.ts';

const EMAIL = /^[a-z0-9_+-]+(\.[a-z0-9_+-]+)*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/i;

/** The address where it is one by the vendor's rule (format email), else undefined: an odd one must not stop an order. */
export function toEmail(email: string | null | undefined): string | undefined {
  const line = toLine(email);
  return line !== undefined && line.length <= 254 && EMAIL.test(line) ? line : undefined;
}

export type PostalCodePlaceholders = MappingConfig['postalCodePlaceholders'];

/** The first part that fulfillmenttools demands of an address and that this one lacks; undefined: it is complete. */
export function findMissingPart(
  address: Address,
  placeholders: PostalCodePlaceholders,
): 'street' | 'city' | 'postalCode' | 'country' | undefined {
  if (toLine(address.street) === undefined) return 'street';
  if (toLine(address.city) === undefined) return 'city';
  if (toLine(address.postalCode) === undefined && findPlaceholder(address, placeholders) === undefined)
    return 'postalCode';
  return /^[A-Z]{2}$/.test(address.country) ? undefined : 'country';
}

/** What is sent in the place of the postal code; undefined: the address has one, or nothing can stand for it. */
export function findPlaceholder(
  { postalCode, country }: Pick<Address, 'postalCode' | 'country'>,
  placeholders: PostalCodePlaceholders,
): string | undefined {
  if (toLine(postalCode) !== undefined || !Object.hasOwn(placeholders, country)) return undefined;
  return toLine(placeholders[country]);
}

export interface AddressUse {
  /** The address's field in the order, for the error. */
  readonly name: string;
  readonly addressType: ConsumerAddress['addressType'];
  readonly fallbackEmail: string | null;
  /** The consumer's number at the parcel locker. */
  readonly locker: string | undefined;
  readonly placeholders: PostalCodePlaceholders;
}

/**
 * An address as fulfillmenttools wants it: parts that are missing are left out, never sent empty.
 * @throws PipelineError `permanent`, code `mapping-address-incomplete`, when a part is missing that the vendor demands.
 */
export function toConsumerAddress(
  address: Address,
  { name, addressType, fallbackEmail, locker, placeholders }: AddressUse,
): ConsumerAddress {
  const missing = findMissingPart(address, placeholders);
  if (missing !== undefined) throw incompleteAddress(`${name}.${missing}`);
  return omitMissing({
    addressType,
    street: toLine(address.street) ?? '',
    city: toLine(address.city) ?? '',
    postalCode: toLine(address.postalCode) ?? findPlaceholder(address, placeholders) ?? '',
    country: address.country,
    houseNumber: toLine(address.houseNumber),
    province: toLine(address.state) ?? toLine(address.region),
    additionalAddressInfo: toLine([...(locker === undefined ? [] : [locker]), ...additionalLines(address)].join(', ')),
    companyName: toLine(address.company),
    salutation: toLine(address.salutation),
    personalTitle: toLine(address.title),
    firstName: toLine(address.firstName),
    lastName: toLine(address.lastName),
    email: toEmail(address.email) ?? toEmail(fallbackEmail),
    phoneNumbers: toFilled([...toPhoneNumbers('MOBILE', address.mobile), ...toPhoneNumbers('PHONE', address.phone)]),
  });
}

export function incompleteAddress(field: string): PipelineError {
  const or = field.endsWith('.postalCode')
    ? ', or say in mapping.postalCodePlaceholders of pipeline.yaml what stands for it in a country that has none'
    : '';
  return new PipelineError(
    'permanent',
    'mapping-address-incomplete',
    `The order cannot be sent to fulfillmenttools: ${field} is missing or not valid. Correct the address of the order${or}, then redrive.`,
    { stage: 'map', notSent: true },
  );
}

/** What fulfillmenttools has no field for but who delivers must know. */
export function additionalLines(address: Address): string[] {
  const { additionalStreetInfo, additionalAddressInfo, building, apartment, pOBox } = address;
  return [additionalStreetInfo, additionalAddressInfo, building, apartment, pOBox].flatMap(
    (part) => toLine(part) ?? [],
  );
}

export function toPhoneNumbers<Type extends string>(type: Type, number: string | null) {
  const value = toLine(number);
  return value === undefined ? [] : [{ type, value }];
}
