import { type Fields, toFields, toKnown, toText, toVersion } from '../fields.ts';
import type { ConsumerAddress } from '../mapping/orderForCreation.ts';

/** Role of the channels that have a facility, as commercetools names it. */
export const SUPPLY_ROLE = 'InventorySupply';

/** A facility as fulfillmenttools has it, as far as the channels' sync reads it. */
export interface Facility {
  readonly id: string;
  readonly version: number;
  readonly isSupplier: boolean;
  readonly tenantFacilityId: string | null;
  readonly name: string | null;
  readonly status: 'ONLINE' | 'SUSPENDED' | 'OFFLINE' | 'UNKNOWN';
  readonly address: Fields;
  readonly customAttributes: Fields;
  /** Id of the channel that it stands for; the vendor's own connector writes it under the same name. null: it is nobody's. */
  readonly channelId: string | null;
}

/** What a facility is to be. */
export interface WantedFacility {
  readonly tenantFacilityId: string;
  readonly name: string;
  readonly address: FacilityAddress;
}

type SharedParts =
  | 'street'
  | 'city'
  | 'postalCode'
  | 'country'
  | 'houseNumber'
  | 'province'
  | 'additionalAddressInfo'
  | 'phoneNumbers';

export interface FacilityAddress extends Pick<ConsumerAddress, SharedParts> {
  readonly companyName: string;
  readonly emailAddresses?: readonly { readonly value: string }[];
  readonly resolvedCoordinates?: { readonly lat: number; readonly lon: number };
}

/** undefined: it is no facility. */
export function toFacility(body: unknown): Facility | undefined {
  const { id, version, type, tenantFacilityId, name, status, ...fields } = toFields(body);
  const [knownId, knownVersion] = [toText(id), toVersion(version)];
  if (knownId === null || knownVersion === null) return undefined;
  const customAttributes = toFields(fields.customAttributes);
  return {
    id: knownId,
    version: knownVersion,
    isSupplier: type === 'SUPPLIER',
    tenantFacilityId: toText(tenantFacilityId),
    name: toText(name),
    status: toKnown(status, ['ONLINE', 'SUSPENDED', 'OFFLINE'] as const),
    address: toFields(fields.address),
    customAttributes,
    channelId: toText(customAttributes.commercetoolsId),
  };
}
