import type { Address, ChannelSnapshot } from '@pipeline/schemas/types';
import { describe, expect, test } from 'vitest';
import { failureOf } from '../testing/samples.ts';
import { toFacility } from './facility.ts';
import { toFacilityChange } from './facilityChange.ts';
import { toWantedFacility } from './toWantedFacility.ts';

const address: Address = {
  ...{ country: 'DE', salutation: null, title: null, firstName: null, lastName: null, company: null },
  ...{ street: 'Domstr.', houseNumber: '1', additionalStreetInfo: null, additionalAddressInfo: null },
  ...{ building: 'B', apartment: '2', pOBox: null, postalCode: '50667', city: 'Cologne', region: 'NW', state: null },
  ...{ phone: '0221', mobile: null, email: 'store@example.com', customFields: {} },
};
const channel: ChannelSnapshot = {
  key: 'store-1',
  roles: ['InventorySupply'],
  name: 'Store One',
  address,
  latitude: 50.9,
  longitude: 6.9,
};

describe('what a facility is to be', () => {
  test('is all that the channel says', () => {
    expect(toWantedFacility(channel)).toEqual({
      tenantFacilityId: 'store-1',
      name: 'Store One',
      address: {
        companyName: 'Store One',
        street: 'Domstr.',
        houseNumber: '1',
        postalCode: '50667',
        city: 'Cologne',
        country: 'DE',
        province: 'NW',
        additionalAddressInfo: 'B, 2',
        phoneNumbers: [{ type: 'PHONE', value: '0221' }],
        emailAddresses: [{ value: 'store@example.com' }],
        resolvedCoordinates: { lat: 50.9, lon: 6.9 },
      },
    });
  });

  test('has the company of the address, else the given one, and never an empty part', () => {
    const bare = { ...address, houseNumber: ' ', region: '', building: null, apartment: null, phone: '', email: 'no' };
    const wanted = toWantedFacility({ ...channel, name: null, address: bare, longitude: null }, 'Shop');
    expect(wanted).toEqual({
      tenantFacilityId: 'store-1',
      name: 'store-1',
      address: { companyName: 'Shop', street: 'Domstr.', postalCode: '50667', city: 'Cologne', country: 'DE' },
    });
    expect(toWantedFacility({ ...channel, address: { ...address, company: 'ACME' } }, 'Shop').address.companyName).toBe(
      'ACME',
    );
  });

  test('is refused with the name of every part that is missing, and nothing is made up', async () => {
    const error = await failureOf(async () => toWantedFacility({ ...channel, address: null }));
    expect(error).toMatchObject({ errorClass: 'permanent', code: 'facility-incomplete', notSent: true });
    expect(error.message).toMatch(
      /^Channel store-1 .* address\.street, address\.city, address\.postalCode, address\.country are missing/,
    );
    const other = await failureOf(async () => toWantedFacility({ ...channel, address: { ...address, country: '' } }));
    expect(other.message).toContain('address.country is missing');
  });
});

describe('what has to be written', () => {
  const wanted = toWantedFacility(channel);
  const stored = {
    id: 'f-1',
    version: 3,
    type: 'MANAGED_FACILITY',
    status: 'SUSPENDED',
    ...wanted,
    services: [{ type: 'PICKUP' }],
    customAttributes: { commercetoolsId: 'channel-1', own: 1 },
  };
  const changeOf = (body: object, online = false) => {
    const facility = toFacility(body);
    return facility && toFacilityChange(facility, wanted, { channelId: 'channel-1', online });
  };

  test('is nothing where nothing differs, whatever people have set besides', () => {
    expect(toFacility(stored)).toBeDefined();
    const resolvedTimeZone = { timeZoneId: 'Europe/Berlin', timeZoneName: 'CET' };
    expect(changeOf({ ...stored, address: { ...wanted.address, resolvedTimeZone } })).toBeUndefined();
  });

  test('is what differs: a status only to come online, the mark beside the attributes of others', () => {
    expect(changeOf(stored, true)).toEqual({ status: 'ONLINE' });
    expect(changeOf({ ...stored, name: 'Old', customAttributes: { own: 1 } })).toEqual({
      name: 'Store One',
      customAttributes: { own: 1, commercetoolsId: 'channel-1' },
    });
    expect(changeOf({ ...stored, tenantFacilityId: undefined })).toEqual({ tenantFacilityId: 'store-1' });
  });

  test('keeps of an address what the channel does not say, but no coordinates of another place', () => {
    const { resolvedCoordinates: _, emailAddresses: __, ...said } = wanted.address;
    const theirs = { emailAddresses: [{ value: 'theirs@example.com' }], resolvedTimeZone: { timeZoneId: 'CET', x: 1 } };
    const elsewhere = { ...said, ...theirs, city: 'Bonn', resolvedCoordinates: { lat: 1, lon: 2 } };
    const facility = toFacility({ ...stored, address: elsewhere });
    const change =
      facility && toFacilityChange(facility, { ...wanted, address: said }, { channelId: 'channel-1', online: false });
    expect(change).toEqual({
      address: { ...said, emailAddresses: theirs.emailAddresses, resolvedTimeZone: { timeZoneId: 'CET' } },
    });
  });
});
