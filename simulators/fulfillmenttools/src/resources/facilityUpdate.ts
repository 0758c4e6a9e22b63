import { isDeepStrictEqual } from 'node:util';
import { exchangeOf } from '@pipeline/simulator-control';
import type { FastifyInstance } from 'fastify';
import type { Facility, TagReference } from '../core/model.ts';
import { revise, type World } from '../core/world.ts';
import { versionConflict } from '../http/problem.ts';
import { facilityActions, facilityForModification } from '../validation/address.ts';
import { compile } from '../validation/compile.ts';
import { checkFacilityId, knownFacility } from './facilities.ts';
import { checkTags } from './references.ts';

/** The changes that a PATCH asks for; null takes a field away. */
interface FacilityChanges {
  readonly tenantFacilityId?: string | null;
  readonly address?: object;
  readonly tags?: readonly TagReference[] | null;
  readonly [field: string]: unknown;
}

interface FacilityActions {
  readonly version: number;
  readonly actions: readonly (FacilityChanges & { readonly action: string })[];
}

const parseModification = compile<FacilityChanges & { readonly version: number; readonly type: string }>(
  facilityForModification,
);
const parseActions = compile<FacilityActions>(facilityActions);

/**
 * `PATCH /api/facilities/{id}`, in both shapes. A field that is given replaces the whole field; the address of an action,
 * where no part must be there, its parts.
 */
export function registerFacilityUpdate(app: FastifyInstance, world: World): void {
  app.patch<{ Params: { facilityId: string } }>('/api/facilities/:facilityId', (request) => {
    const { version, changes } = parseBody(request.body);
    const stored = knownFacility(world, request.params.facilityId);
    const { conflicts } = world.settings;
    const facility = conflicts > 0 && world.random.chance(conflicts) ? revise(world, stored, {}) : stored;
    world.state.facilities.set(facility.id, facility);
    if (version !== facility.version) throw versionConflict('facility', facility.version, version);
    checkFacilityId(world, changes.tenantFacilityId, facility.id);
    checkTags(world, 'tags', changes.tags ?? []);
    const isChanged = Object.entries(changes).some(([name, value]) => !isDeepStrictEqual(facility[name], value));
    if (!isChanged && !world.settings.bumpUnchanged) return facility;
    const changed = replaceFacility(world, facility, changes);
    exchangeOf(request).markEffect();
    world.publish('FACILITY_UPDATED', changed);
    return changed;
  });

  function parseBody(body: unknown): { readonly version: number; readonly changes: FacilityChanges } {
    if (typeof body !== 'object' || body === null || !('actions' in body)) {
      const { version, type: _, ...changes } = parseModification(body);
      return { version, changes };
    }
    const { version, actions } = parseActions(body);
    const changes = actions.map(({ action: _, ...change }) => change);
    return { version, changes: Object.assign({}, ...changes) as FacilityChanges };
  }
}

function replaceFacility(world: World, facility: Facility, changes: FacilityChanges): Facility {
  const { facilities, facilityIds } = world.state;
  const { address } = changes;
  const whole = address === undefined ? changes : { ...changes, address: { ...merged(facility, address), ...address } };
  const revised = revise(world, facility, whole as Partial<Facility>);
  const changed = Object.fromEntries(Object.entries(revised).filter(([, value]) => value !== null)) as Facility;
  if (facility.tenantFacilityId !== undefined) facilityIds.delete(facility.tenantFacilityId);
  if (changed.tenantFacilityId !== undefined) facilityIds.set(changed.tenantFacilityId, changed.id);
  facilities.set(changed.id, changed);
  return changed;
}

/** An address that is not whole can only mean that the rest stays. */
const merged = ({ address }: Facility, given: object): object =>
  'street' in given && 'country' in given ? {} : ((address as object | undefined) ?? {});
