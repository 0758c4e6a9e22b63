import { describe, expect, it } from 'vitest';
import { createManualClock } from '../testing/manualClock.ts';
import { startSimulator } from '../testing/startSimulator.ts';

const aFacility = (changes: object = {}) => ({
  name: 'Store Munich',
  tenantFacilityId: 'store-munich',
  address: { companyName: 'Shop', street: 'Teststr.', city: 'Munich', postalCode: '80331', country: 'DE' },
  ...changes,
});

describe('facilities', () => {
  it('are there from the start, by default three', async () => {
    await using sim = await startSimulator();
    const { body } = await sim.call('GET', '/api/facilities');
    const ids = body.facilities.map(({ tenantFacilityId }: { tenantFacilityId: string }) => tenantFacilityId);
    expect(ids).toEqual(['store-berlin', 'store-cologne', 'store-hamburg']);
    expect(body.total).toBe(3);
    await using other = await startSimulator({ facilities: ['only'] });
    expect((await other.call('GET', '/api/facilities')).body).toMatchObject({
      facilities: [{ tenantFacilityId: 'only' }],
      total: 1,
    });
  });

  it('are created and read by id and by URN, escaped or not', async () => {
    await using sim = await startSimulator();
    const { status, headers, body } = await sim.call('POST', '/api/facilities', aFacility());
    expect([status, headers.get('location')]).toEqual([201, `/api/facilities/${body.id}`]);
    const urn = 'urn:fft:facility:tenantFacilityId:store-munich';
    for (const id of [body.id, urn, encodeURIComponent(urn)]) {
      expect((await sim.call('GET', `/api/facilities/${id}`)).body).toEqual(body);
    }
    expect((await sim.call('GET', '/api/facilities?tenantFacilityId=store-munich')).body.total).toBe(1);
    for (const unknown of ['none', 'urn:fft:facility:tenantFacilityId:none', 'store-munich']) {
      expect(await sim.call('GET', `/api/facilities/${unknown}`)).toMatchObject({ status: 404 });
    }
  });

  it('are refused with a known tenantFacilityId or a slip in the body', async () => {
    await using sim = await startSimulator();
    const bodies = [
      aFacility({ tenantFacilityId: 'store-berlin' }),
      aFacility({ name: undefined }),
      aFacility({ address: {} }),
      aFacility({ extra: 1 }),
    ];
    for (const body of bodies) expect(await sim.call('POST', '/api/facilities', body)).toMatchObject({ status: 400 });
    expect((await sim.call('GET', '/api/facilities')).body.total).toBe(3);
  });

  it('are read at once by id and by URN, and listed after the index lag', async () => {
    const clock = createManualClock();
    await using sim = await startSimulator({ indexLagMs: 100, clock });
    const { body } = await sim.call('POST', '/api/facilities', aFacility());
    const listed = async () => (await sim.call('GET', '/api/facilities?tenantFacilityId=store-munich')).body.total;
    expect((await sim.call('GET', '/api/facilities/urn:fft:facility:tenantFacilityId:store-munich')).body).toEqual(
      body,
    );
    expect(await listed()).toBe(0);
    expect((await sim.call('GET', '/api/facilities')).body.total).toBe(3);
    clock.advanceBy(100);
    expect(await listed()).toBe(1);
  });

  it('are refused with a tag that does not exist', async () => {
    await using sim = await startSimulator();
    const tagged = aFacility({ tags: [{ id: 'region', value: 'south' }] });
    expect(await sim.call('POST', '/api/facilities', tagged)).toMatchObject({ status: 400 });
    await sim.call('POST', '/api/tags', { id: 'region', allowedValues: ['south'] });
    expect(await sim.call('POST', '/api/facilities', tagged)).toMatchObject({ status: 201 });
  });
});
