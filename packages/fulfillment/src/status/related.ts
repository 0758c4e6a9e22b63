import type { ProcessState } from '@pipeline/schemas/types';

type Entity = { readonly id: string } & Partial<
  Record<'pickJobId' | 'shipmentId' | 'parcelId' | 'routingPlanId' | 'parentId', string | null>
>;

/** The jobs, plans, shipments, parcels and returns of a nameless process that a process knows, or knows what they are of. */
export function relatedTo(process: ProcessState, nameless: ProcessState): ProcessState {
  const known = new Set(entitiesOf(process).map(({ id }) => id));
  const isRelated = (entity: Entity): boolean =>
    [entity.id, entity.pickJobId, entity.shipmentId, entity.parcelId, entity.routingPlanId, entity.parentId].some(
      (id) => id !== undefined && id !== null && known.has(id),
    );
  const { order } = nameless;
  return {
    ...nameless,
    order: order && isRelated(order) ? order : null,
    routingPlans: nameless.routingPlans.filter(isRelated),
    pickJobs: nameless.pickJobs.filter(isRelated),
    handoverJobs: nameless.handoverJobs.filter(isRelated),
    parcels: nameless.parcels.filter(isRelated),
    returns: nameless.returns.filter(isRelated),
    // that they are whose is said by nothing that is known; they count for the order as a whole
    refunds: [],
    gone: false,
    shipments: nameless.shipments.filter(isRelated),
    packJobs: nameless.packJobs.filter(isRelated),
  };
}

const entitiesOf = (process: ProcessState): readonly Entity[] => [
  ...(process.order ? [process.order] : []),
  ...[...process.routingPlans, ...process.pickJobs, ...process.handoverJobs, ...process.parcels],
  ...[...process.returns, ...process.shipments, ...process.packJobs],
];
