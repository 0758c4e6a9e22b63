import type { Channel } from '@commercetools/platform-sdk';
import { isPipelineError } from '@pipeline/streams';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aChannel } from '../testing/channel.ts';
import { toChannelSnapshot } from './toChannelSnapshot.ts';

const languages = ['de-DE', 'en-GB'];
const nameOf = (name: Record<string, string>) => toChannelSnapshot(aChannel({ name }), languages).name;

test('a channel is mapped whole', () => {
  const channel = aChannel({
    name: { 'en-GB': 'Berlin store', 'de-DE': 'Filiale Berlin' },
    address: { country: 'DE', city: 'Berlin', streetName: 'Torstraße', streetNumber: '1', postalCode: '10119' },
    geoLocation: { type: 'Point', coordinates: [13.4, 52.5] },
  });
  expect(toChannelSnapshot(channel, languages)).toMatchObject({
    key: 'store-berlin',
    roles: ['InventorySupply'],
    name: 'Filiale Berlin',
    address: { country: 'DE', city: 'Berlin', street: 'Torstraße', houseNumber: '1', postalCode: '10119' },
    latitude: 52.5,
    longitude: 13.4,
  });
});

test('all but key and roles may be missing', () => {
  expect(toChannelSnapshot(aChannel(), languages)).toEqual({
    ...{ key: 'store-berlin', roles: ['InventorySupply'], name: null, address: null },
    ...{ latitude: null, longitude: null },
  });
});

test('the name is that of the first language of the project that has one, else any, never an empty one', () => {
  expect(nameOf({ 'en-GB': 'Store', 'de-DE': 'Filiale' })).toBe('Filiale');
  expect(nameOf({ 'en-GB': 'Store', 'de-DE': ' ' })).toBe('Store');
  expect(nameOf({ fr: 'Magasin' })).toBe('Magasin');
  expect(nameOf({ fr: '', it: 'Negozio' })).toBe('Negozio');
  expect(nameOf({ fr: '' })).toBeNull();
  expect(nameOf({})).toBeNull();
});

test.for([
  ['key', { key: undefined }],
  ['key', { key: '' }],
  ['roles', { roles: 'InventorySupply' }],
  ['roles', { roles: [1] }],
  ['address.country', { address: { city: 'Berlin' } }],
  ['geoLocation.type', { geoLocation: { type: 'Polygon', coordinates: [] } }],
  ['geoLocation.coordinates', { geoLocation: { type: 'Point' } }],
  ['geoLocation.coordinates', { geoLocation: { type: 'Point', coordinates: [13.4] } }],
  ['geoLocation.coordinates', { geoLocation: { type: 'Point', coordinates: ['13.4', '52.5'] } }],
  ['geoLocation.coordinates', { geoLocation: { type: 'Point', coordinates: [52.5, 91] } }],
] as const)('a channel whose %s is not readable is refused for good, by name: %j', ([field, changes]) => {
  let thrown: unknown;
  try {
    toChannelSnapshot(aChannel(changes as unknown as Partial<Channel>), languages);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ errorClass: 'permanent', code: 'unreadable-channel', stage: 'map' });
  expect(String(thrown)).toContain(`The channel channel-1: ${field} `);
});

test('whatever a channel holds, it is mapped or refused for good', () => {
  const members = fc.constantFrom('key', 'roles', 'name', 'address', 'geoLocation');
  fc.assert(
    fc.property(members, fc.jsonValue(), (member, value) => {
      try {
        expect(toChannelSnapshot(aChannel({ [member]: value } as never), languages)).toHaveProperty('key');
      } catch (error) {
        expect(isPipelineError(error) && error.errorClass).toBe('permanent');
      }
    }),
  );
});
