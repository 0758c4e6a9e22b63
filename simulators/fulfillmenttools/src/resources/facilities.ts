import type { FastifyInstance } from 'fastify';
import type { Facility, TagReference, Versioned } from '../core/model.ts';
import { isListed, newEntity, present, type World } from '../core/world.ts';
import { exchangeOf } from '@pipeline/simulator-control';
import { page, type Query, single } from '../http/paging.ts';
import { badRequest, notFound } from '../http/problem.ts';
import { facilityForCreation } from '../validation/address.ts';
import { compile } from '../validation/compile.ts';
import { checkTags, findFacility } from './references.ts';

type FacilityForCreation = Pick<Facility, 'name' | 'tenantFacilityId'> & {
  readonly status?: string;
  readonly tags?: readonly TagReference[];
};

const parseFacility = compile<FacilityForCreation>(facilityForCreation);

const urnPrefix = 'urn:fft:facility:tenantFacilityId:';

/** The facilities that exist from the start. */
export function seedFacilities(world: World): void {
  for (const tenantFacilityId of world.settings.facilities) {
    addFacility(world, toSeed(tenantFacilityId), { ...newEntity(world), ...longAgo });
  }
}

/** Dates of what exists from the start: every list shows it. */
export const longAgo = { created: '2024-01-01T00:00:00.000Z', lastModified: '2024-01-01T00:00:00.000Z' };

const toSeed = (tenantFacilityId: string) => ({
  name: tenantFacilityId,
  tenantFacilityId,
  address: {
    companyName: 'Simulated Stores',
    street: 'Teststr.',
    houseNumber: '1',
    city: 'Berlin',
    postalCode: '10115',
    country: 'DE',
  },
});

function addFacility(world: World, body: FacilityForCreation, identity: Versioned): Facility {
  const facility: Facility = {
    ...{ status: 'ONLINE', type: 'MANAGED_FACILITY', locationType: 'STORE', services: [] },
    ...body,
    ...identity,
  };
  world.state.facilities.set(facility.id, facility);
  if (facility.tenantFacilityId !== undefined) world.state.facilityIds.set(facility.tenantFacilityId, facility.id);
  return facility;
}

export function registerFacilities(app: FastifyInstance, world: World): void {
  app.post('/api/facilities', (request, reply) => {
    const body = parseFacility(request.body);
    checkTags(world, 'tags', body.tags);
    checkFacilityId(world, body.tenantFacilityId);
    const facility = addFacility(world, body, newEntity(world));
    exchangeOf(request).markEffect();
    world.publish('FACILITY_CREATED', facility);
    return reply.code(201).header('location', `/api/facilities/${facility.id}`).send(facility);
  });

  app.get('/api/facilities', (request) => {
    const query = request.query as Query;
    const tenantFacilityId = single(query, 'tenantFacilityId');
    const all = [...world.state.facilities.values()].filter(
      (facility) =>
        isListed(world, facility) && (tenantFacilityId === undefined || facility.tenantFacilityId === tenantFacilityId),
    );
    return { facilities: page(all, query).map(toStripped), total: all.length };
  });

  app.get<{ Params: { facilityId: string } }>('/api/facilities/:facilityId', (request) => {
    return knownFacility(world, request.params.facilityId);
  });
}

/** By its id, or by the tenant's own as a URN. Throws a 404. */
export function knownFacility(world: World, facilityId: string): Facility {
  const pointer = facilityId.startsWith(urnPrefix)
    ? { tenantFacilityId: facilityId.slice(urnPrefix.length) }
    : { facilityRef: facilityId };
  const facility = findFacility(world, pointer);
  if (facility === undefined) throw notFound('facility', facilityId);
  return facility;
}

/** Throws the 400 of a tenantFacilityId that another facility has. What the vendor answers is not documented. */
export function checkFacilityId({ state }: World, tenantFacilityId: string | null | undefined, own?: string): void {
  const holder = state.facilityIds.get(tenantFacilityId ?? '');
  if (holder === undefined || holder === own) return;
  throw badRequest('Facility already exists', `There is a facility with tenantFacilityId '${tenantFacilityId}'.`);
}

const toStripped = ({ id, tenantFacilityId, name, status, version, created, lastModified }: Facility) =>
  present({ id, tenantFacilityId, name, status, version, created, lastModified });
