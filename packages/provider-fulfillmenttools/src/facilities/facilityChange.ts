import { isDeepStrictEqual } from 'node:util';
import { type Fields, toFields, toText } from '../fields.ts';
import { omitMissing } from '../mapping/text.ts';
import type { Facility, FacilityAddress, WantedFacility } from './facility.ts';

/** Fields of a facility that are written, each as a whole. */
export interface FacilityChange {
  readonly tenantFacilityId?: string;
  readonly name?: string;
  readonly address?: Fields;
  readonly status?: 'ONLINE' | 'OFFLINE';
  readonly customAttributes?: Fields;
}

/** Parts of an address that the channel alone decides: one that it has not is taken away. */
const place = ['street', 'city', 'postalCode', 'country', 'houseNumber', 'province'] as const;
const owned = [...place, 'companyName', 'additionalAddressInfo'] as const;
/** Parts that stay as they are at the facility where the channel says nothing of them. */
const offered = ['phoneNumbers', 'emailAddresses', 'resolvedCoordinates'] as const;

/**
 * What has to be written so that the facility is what its channel says; undefined: nothing. Its services, its opening
 * times and whatever else people set there are never touched, its status only with `online`.
 */
export function toFacilityChange(
  facility: Facility,
  wanted: WantedFacility,
  { channelId, online }: { readonly channelId: string; readonly online: boolean },
): FacilityChange | undefined {
  const change: FacilityChange = omitMissing({
    tenantFacilityId: differing(facility.tenantFacilityId, wanted.tenantFacilityId),
    name: differing(facility.name, wanted.name),
    address: isAt(facility.address, wanted.address) ? undefined : toAddress(facility.address, wanted.address),
    status: online ? differing(facility.status, 'ONLINE' as const) : undefined,
    customAttributes:
      facility.channelId === channelId ? undefined : { ...facility.customAttributes, commercetoolsId: channelId },
  });
  return Object.keys(change).length === 0 ? undefined : change;
}

const differing = <Value>(present: unknown, wanted: Value): Value | undefined =>
  present === wanted ? undefined : wanted;

const agree = (present: Fields, wanted: FacilityAddress, parts: typeof owned | typeof place): boolean =>
  parts.every((part) => (toText(present[part]) ?? undefined) === wanted[part]);

const isAt = (present: Fields, wanted: FacilityAddress): boolean =>
  agree(present, wanted, owned) &&
  offered.every((part) => wanted[part] === undefined || isDeepStrictEqual(present[part], wanted[part]));

/** Coordinates of another place go: fulfillmenttools finds the new ones. */
function toAddress(present: Fields, wanted: FacilityAddress): Fields {
  const { phoneNumbers, emailAddresses, customAttributes } = present;
  const timeZoneId = toText(toFields(present.resolvedTimeZone).timeZoneId);
  return omitMissing({
    phoneNumbers,
    emailAddresses,
    customAttributes,
    resolvedTimeZone: timeZoneId === null || present.country !== wanted.country ? undefined : { timeZoneId },
    resolvedCoordinates: agree(present, wanted, place) ? present.resolvedCoordinates : undefined,
    ...wanted,
  }) as Fields;
}
