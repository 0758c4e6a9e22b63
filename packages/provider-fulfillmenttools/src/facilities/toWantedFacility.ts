import type { ChannelSnapshot } from '@pipeline/schemas/types';
import { PipelineError } from '@pipeline/streams';
import { omitMissing, toFilled, toLine } from '../mapping/text.ts';
import { additionalLines, toEmail, toPhoneNumbers } from '../mapping/toConsumerAddress.ts';
import type { FacilityAddress, WantedFacility } from './facility.ts';

const COUNTRY = /^[A-Z]{2}$/;

/**
 * What the facility of a channel is to be. `companyName`, which fulfillmenttools demands: the company of the channel's
 * address, else the given one, else the channel's name. Parts that are missing are left out, never made up.
 * @throws PipelineError `permanent`, code `facility-incomplete`, that names every part that the vendor demands (API
 * description of 2026-08-21, ManagedFacilityForCreation and Address) and the channel lacks.
 */
export function toWantedFacility(channel: ChannelSnapshot, companyName?: string): WantedFacility {
  const { address, latitude, longitude } = channel;
  const tenantFacilityId = toLine(channel.key);
  const [street, city, postalCode] = [address?.street, address?.city, address?.postalCode].map(toLine);
  const country = address && COUNTRY.test(address.country) ? address.country : undefined;
  if (!address || !tenantFacilityId || !street || !city || !postalCode || !country) {
    const parts = { key: tenantFacilityId, street, city, postalCode, country };
    throw incomplete(channel.key, toMissing(parts));
  }
  const name = toLine(channel.name) ?? tenantFacilityId;
  const email = toEmail(address.email);
  const wanted: FacilityAddress = omitMissing({
    companyName: toLine(address.company) ?? toLine(companyName) ?? name,
    street,
    city,
    postalCode,
    country,
    houseNumber: toLine(address.houseNumber),
    province: toLine(address.state) ?? toLine(address.region),
    additionalAddressInfo: toLine(additionalLines(address).join(', ')),
    phoneNumbers: toFilled([...toPhoneNumbers('MOBILE', address.mobile), ...toPhoneNumbers('PHONE', address.phone)]),
    emailAddresses: email === undefined ? undefined : [{ value: email }],
    resolvedCoordinates: latitude === null || longitude === null ? undefined : { lat: latitude, lon: longitude },
  });
  return { tenantFacilityId, name, address: wanted };
}

const toMissing = ({ key, ...parts }: Readonly<Record<string, string | undefined>>): string[] => [
  ...(key === undefined ? ['key'] : []),
  ...Object.entries(parts).flatMap(([name, value]) => (value === undefined ? [`address.${name}`] : [])),
];

function incomplete(key: string, missing: readonly string[]): PipelineError {
  const are = missing.length === 1 ? 'is' : 'are';
  return new PipelineError(
    'permanent',
    'facility-incomplete',
    `Channel ${key} cannot become a facility of fulfillmenttools: ${missing.join(', ')} ${are} missing or not valid. Complete the channel at commercetools; the change makes the facility.`,
    { stage: 'map', notSent: true },
  );
}
