import {
  type Address,
  type ChannelSnapshot,
  type CommerceChannelEvent,
  deadLetterTopics,
  type FacilityEntry,
  topics,
} from '@pipeline/schemas';
import { createKeyTester, createTestClock } from '@pipeline/streams/testkit';
import { createSyncFacility } from '../handlers/syncFacility.ts';
import { createFakeFacilities } from './fakeFacilities.ts';

export const CHANNEL_ID = '0f4c0f5e-7a7b-4b6c-9a0e-3f5d2c1b0a99';
const NOON = Date.UTC(2026, 0, 15, 12);

const emptyAddress: Address = {
  ...{ country: 'DE', salutation: null, title: null, firstName: null, lastName: null, company: null },
  ...{ street: null, houseNumber: null, additionalStreetInfo: null, additionalAddressInfo: null, building: null },
  ...{ apartment: null, pOBox: null, postalCode: null, city: null, region: null, state: null },
  ...{ phone: null, mobile: null, email: null, customFields: {} },
};

export const anAddress = (over: Partial<Address> = {}): Address => ({
  ...emptyAddress,
  ...{ company: 'Shop', street: 'Domstr.', houseNumber: '1', postalCode: '50667', city: 'Cologne' },
  ...over,
});

export const aChannel = (over: Partial<ChannelSnapshot> = {}): ChannelSnapshot => ({
  key: 'store-1',
  roles: ['InventorySupply'],
  name: 'Store One',
  address: anAddress(),
  latitude: null,
  longitude: null,
  ...over,
});

export const changed = (
  channelVersion: number,
  over: Partial<ChannelSnapshot> = {},
  event: Partial<CommerceChannelEvent> = {},
): CommerceChannelEvent => ({
  type: 'ChannelChanged',
  platform: 'commercetools',
  instance: 'default',
  projectKey: 'shop',
  channelId: CHANNEL_ID,
  channelVersion,
  eventId: `event-${channelVersion}`,
  cause: 'ResourceUpdated',
  occurredAt: NOON,
  receivedAt: NOON,
  channel: aChannel(over),
  channelKey: aChannel(over).key,
  ...event,
});

export const deleted = (channelVersion = 0, over: Partial<ChannelSnapshot> = {}): CommerceChannelEvent =>
  changed(channelVersion, over, { type: 'ChannelDeleted', cause: 'ResourceDeleted', channel: null });

/** The sync of one channel, with a tenant that does as the test says. */
export function startSync({ companyName }: { readonly companyName?: string } = {}) {
  const clock = createTestClock(NOON);
  const tenant = createFakeFacilities(() => tester.crash(), clock.now);
  const outcomes: string[] = [];
  const tester = createKeyTester<CommerceChannelEvent, FacilityEntry>({
    key: CHANNEL_ID,
    source: topics.commerceChannels,
    deadLetters: deadLetterTopics['facility-sync'],
    clock,
    create: () =>
      createSyncFacility({
        facilities: tenant.facilities,
        companyName,
        timing: { startWindowMs: 500, requestTimeoutMs: 1_000, serverLimitMs: 500 },
        observer: { settled: (_, outcome) => void outcomes.push(outcome) },
        clock: clock.now,
      }),
  });
  const deliver = (event: CommerceChannelEvent) => tester.deliver(tester.message(event));
  /** As an event that `channels sync` leads to. */
  const repair = (event: CommerceChannelEvent) =>
    tester.deliver(tester.message(event, { headers: { origin: 'backfill' } }));
  return { tester, tenant, clock, outcomes, deliver, repair };
}
