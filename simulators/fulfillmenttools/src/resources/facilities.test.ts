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
    expect((await sim.call('GET', '/_sim/facilities')).body).toContainEqual(body);
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

  describe('are changed', () => {
    const urn = '/api/facilities/urn:fft:facility:tenantFacilityId:store-munich';
    const patch = (change: object) => ({ type: 'MANAGED_FACILITY', ...change });

    it('field by field, with the version that was read, by id or by URN', async () => {
      await using sim = await startSimulator();
      const { body: made } = await sim.call('POST', '/api/facilities', aFacility({ customAttributes: { own: 1 } }));
      const body = patch({ version: made.version, status: 'OFFLINE', name: 'Closed' });
      const { body: changed, status } = await sim.call('PATCH', urn, body);
      expect(status).toBe(200);
      expect(changed).toMatchObject({
        name: 'Closed',
        status: 'OFFLINE',
        address: made.address,
        customAttributes: { own: 1 },
      });
      expect(changed.version).toBeGreaterThan(made.version);
      expect(await sim.call('PATCH', urn, body)).toMatchObject({
        status: 409,
        body: [{ version: changed.version, requestVersion: made.version }],
      });
      expect((await sim.call('GET', urn)).body).toEqual(changed);
      expect(await sim.call('PATCH', '/api/facilities/none', body)).toMatchObject({ status: 404 });
    });

    it('in the shape that the vendor gives up, too', async () => {
      await using sim = await startSimulator();
      const { body: made } = await sim.call('POST', '/api/facilities', aFacility());
      const actions = [{ action: 'ModifyFacility', status: 'SUSPENDED', address: { city: 'Ulm' } }];
      expect(await sim.call('PATCH', urn, { version: made.version, actions })).toMatchObject({
        status: 200,
        body: { status: 'SUSPENDED', address: { ...made.address, city: 'Ulm' } },
      });
    });

    it('in their tenantFacilityId, unless another has it', async () => {
      await using sim = await startSimulator();
      const { body: made } = await sim.call('POST', '/api/facilities', aFacility());
      const { version } = made;
      const taken = await sim.call('PATCH', urn, patch({ version, tenantFacilityId: 'store-berlin' }));
      expect(taken).toMatchObject({ status: 400 });
      expect(await sim.call('PATCH', urn, patch({ version, tenantFacilityId: 'new' }))).toMatchObject({ status: 200 });
      expect(await sim.call('GET', urn)).toMatchObject({ status: 404 });
      const { body: found } = await sim.call('GET', '/api/facilities/urn:fft:facility:tenantFacilityId:new');
      expect(found.id).toBe(made.id);
      expect(await sim.call('POST', '/api/facilities', aFacility())).toMatchObject({ status: 201 });
    });

    it('never by a slip in the body', async () => {
      await using sim = await startSimulator();
      const { body: made } = await sim.call('POST', '/api/facilities', aFacility());
      const { version } = made;
      const bodies = [
        { version, name: 'x' },
        patch({ name: 'x' }),
        patch({ version, status: 'GONE' }),
        patch({ version, address: { city: 'Ulm' } }),
        patch({ version, extra: 1 }),
        { version, actions: [] },
        { version, actions: [{ action: 'ModifyUser' }] },
      ];
      for (const body of bodies) expect(await sim.call('PATCH', urn, body)).toMatchObject({ status: 400 });
      expect((await sim.call('GET', urn)).body).toEqual(made);
    });
  });
});
