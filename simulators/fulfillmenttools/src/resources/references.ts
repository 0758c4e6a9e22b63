import type { Facility, FacilityPointer, OrderForCreation, TagReference } from '../core/model.ts';
import type { World } from '../core/world.ts';
import { badRequest } from '../http/problem.ts';

/** The facility that a body points at by one of its two ids; undefined: there is none. */
export function findFacility({ state }: World, pointer: FacilityPointer): Facility | undefined {
  const { facilityRef, tenantFacilityId } = pointer;
  return state.facilities.get(facilityRef ?? state.facilityIds.get(tenantFacilityId ?? '') ?? '');
}

/** Throws the 400 of a body that points at a facility that does not exist. */
export function checkFacility(world: World, where: string, pointer: FacilityPointer): void {
  const { facilityRef, tenantFacilityId } = pointer;
  if (facilityRef === undefined && tenantFacilityId === undefined) return;
  if (findFacility(world, pointer) !== undefined) return;
  throw badRequest('Facility not found', `body.${where}: there is no facility '${facilityRef ?? tenantFacilityId}'.`);
}

/** Throws the 400 of a tag, or a value of it, that does not exist; see the switch tagCheck. */
export function checkTags({ settings, state }: World, where: string, tags: readonly TagReference[] = []): void {
  for (const { id, value } of settings.tagCheck ? tags : []) {
    const tag = state.tags.get(id);
    if (tag === undefined) throw badRequest('Tag not found', `body.${where}: there is no tag '${id}'.`);
    if (!tag.allowedValues.includes(value)) {
      throw badRequest('Invalid tag', `body.${where}: tag '${id}' does not allow the value '${value}'.`);
    }
  }
}

/** Throws the 400 of an order that points at a facility or a tag that does not exist. */
export function checkReferences(world: World, { consumer, deliveryPreferences, ...order }: OrderForCreation): void {
  checkFacility(world, 'consumer', consumer);
  for (const pointer of deliveryPreferences?.collect ?? []) {
    checkFacility(world, 'deliveryPreferences.collect', pointer);
  }
  for (const pointer of deliveryPreferences?.shipping?.preselectedFacilities ?? []) {
    checkFacility(world, 'deliveryPreferences.shipping.preselectedFacilities', pointer);
  }
  checkTags(world, 'tags', order.tags);
  for (const { tags } of order.orderLineItems) checkTags(world, 'orderLineItems.tags', tags);
}
