import type { Address, ChannelSnapshot } from '@pipeline/schemas/types';
import { PipelineError } from '@pipeline/streams';
import fc from 'fast-check';
import { beforeAll, describe, expect, test, type TestContext } from 'vitest';
import { openVendorApi, vendorApiPresent } from '../testing/vendorApi.ts';
import { toFacility } from './facility.ts';
import { toModification, toNewFacility } from './facilityBodies.ts';
import { toFacilityChange } from './facilityChange.ts';
import { toWantedFacility } from './toWantedFacility.ts';

const text = fc.option(fc.oneof(fc.constantFrom('Domstr.', ' 1 a ', ' ', '0221 / 1', 'a@b.de'), fc.string()));
/** What the vendor demands: mostly there. */
const needed = fc.option(fc.oneof({ weight: 9, arbitrary: fc.constantFrom('Domstr.', '50667') }, fc.string()), {
  freq: 15,
});
const address: fc.Arbitrary<Address> = fc.record({
  ...{
    country: fc.constantFrom('DE', 'AT', 'CH', 'GB', 'de'),
    salutation: text,
    title: text,
    firstName: text,
    lastName: text,
  },
  ...{ company: text, street: needed, houseNumber: text, additionalStreetInfo: text, additionalAddressInfo: text },
  ...{ building: text, apartment: text, pOBox: text, postalCode: needed, city: needed, region: text, state: text },
  ...{ phone: text, mobile: text, email: text, customFields: fc.constant({}) },
});
const channel: fc.Arbitrary<ChannelSnapshot> = fc.record({
  key: fc.constantFrom('store-1', 'store_2'),
  roles: fc.constant(['InventorySupply']),
  name: text,
  address: fc.option(address, { freq: 20 }),
  latitude: fc.option(fc.double({ min: -90, max: 90, noNaN: true })),
  longitude: fc.option(fc.double({ min: -180, max: 180, noNaN: true })),
});

describe('by the vendor’s own OpenAPI', () => {
  let violationsOf: ReturnType<typeof openVendorApi> = () => ['not opened'];

  beforeAll(() => {
    if (vendorApiPresent) violationsOf = openVendorApi();
  });

  const checked = (title: string, check: () => void) =>
    test(title, (context: TestContext) => {
      if (!vendorApiPresent) context.skip('the vendor’s OpenAPI file is not beside this repository');
      check();
    });
  const post = (body: object) =>
    violationsOf({ method: 'POST', target: '/api/facilities', body: JSON.stringify(body) });
  const patch = (body: object) =>
    violationsOf({ method: 'PATCH', target: '/api/facilities/f-1', body: JSON.stringify(body) });

  checked('a facility that is made is one, and so is every change, or the channel is refused by name', () => {
    const outcomes = { sent: 0, changed: 0, refused: 0 };
    fc.assert(
      fc.property(channel, channel, (before, after) => {
        const bodies = refusedByName(() => [
          toNewFacility(toWantedFacility(before, 'Shop'), 'channel-1'),
          toNewFacility(toWantedFacility(after), 'channel-1'),
        ]);
        const [made] = bodies ?? [];
        if (!made) return void (outcomes.refused += 1);
        outcomes.sent += 1;
        expect(bodies?.flatMap(post)).toEqual([]);
        const facility = toFacility({
          ...made,
          id: 'f-1',
          version: 1,
          status: 'OFFLINE',
          customAttributes: { own: 1 },
        });
        const wanted = toWantedFacility(after);
        const change = facility && toFacilityChange(facility, wanted, { channelId: 'channel-1', online: true });
        if (change) {
          outcomes.changed += 1;
          expect(patch(toModification(1, change))).toEqual([]);
        }
        expect(patch(toModification(1, { status: 'OFFLINE' }))).toEqual([]);
      }),
      { numRuns: 200 },
    );
    for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(10);
  });

  checked('the check itself finds faults', () => {
    const wanted = { tenantFacilityId: 's', name: 'S', address: { companyName: 'C', street: 'D', city: 'K' } };
    const whole = { ...wanted, address: { ...wanted.address, postalCode: '1', country: 'DE' } };
    expect(post(toNewFacility(whole, 'c'))).toEqual([]);
    expect(post({ ...toNewFacility(whole, 'c'), address: wanted.address })).not.toEqual([]);
    expect(post({ ...toNewFacility(whole, 'c'), opened: true })).not.toEqual([]);
    expect(patch({ ...toModification(1, {}), status: 'GONE' })).not.toEqual([]);
    expect(patch({ type: 'MANAGED_FACILITY' })).not.toEqual([]);
  });
});

function refusedByName<Result>(attempt: () => Result): Result | undefined {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof PipelineError && /^facility-(incomplete|invalid)$/.test(error.code)) return undefined;
    throw error;
  }
}
