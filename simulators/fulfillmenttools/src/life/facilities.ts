import { findFacility } from '../resources/references.ts';
import { type Stage, partOf } from './stage.ts';
import type { PartName } from './step.ts';

/**
 * Where a part is fulfilled: where the customer collects it, or in a facility that was asked for; other parts of a
 * delivery, and what is sent to where it is collected, in one that has no part yet, as long as there is one.
 */
export function chooseFacility(stage: Stage, part: PartName = 'a'): string {
  const { world, record } = stage;
  const { collect, shipping } = record.order.deliveryPreferences ?? {};
  const asked = findFacility(world, collect?.[0] ?? shipping?.preselectedFacilities?.[0] ?? {})?.id;
  const taken = new Set(takenBy(stage));
  if (record.collect && part === 'supplier' && asked !== undefined) taken.add(asked);
  if (asked !== undefined && (record.collect ? part !== 'supplier' : taken.size === 0)) return asked;
  const all = [...world.state.facilities.keys()];
  const free = all.filter((id) => !taken.has(id));
  const candidates = free.length > 0 ? free : all;
  return candidates[world.random.between(0, candidates.length - 1)] ?? 'no-facility';
}

function takenBy(stage: Stage): string[] {
  const names = Object.keys(stage.record.parts) as PartName[];
  return names.flatMap(
    (name) => stage.world.state.routingPlans.get(partOf(stage, name).planId ?? '')?.facilityRef ?? [],
  );
}
