import type { Attributes, OperativeTransfer, Order } from '../core/model.ts';
import type { OrderRecord } from '../core/orderStore.ts';
import { present, revise, type World } from '../core/world.ts';
import type { Kind, PartName } from './step.ts';

/** Where a step is made: the cloud, with the order's own source of chance, and the order. */
export interface Stage {
  readonly world: World;
  readonly record: OrderRecord;
}

/** Ids of the entities of one part of an order. */
export interface Part {
  readonly planId?: string;
  readonly pickJobId?: string;
  readonly packJobId?: string;
  readonly shipmentId?: string;
  /** One for each parcel that was not refused by the carrier. */
  readonly handoverJobIds: readonly string[];
  readonly itemReturnJobId?: string;
  /** The leg between two facilities that this part is one side of. */
  readonly transfer?: OperativeTransfer;
}

export type Parts = Readonly<Partial<Record<PartName, Part>>>;

export const kindOf = ({ collect }: Pick<OrderRecord, 'collect'>): Kind => (collect ? 'COLLECT' : 'DELIVERY');

export const partOf = ({ record }: Stage, name: PartName = 'a'): Part => record.parts[name] ?? { handoverJobIds: [] };

export function setPart(stage: Stage, name: PartName = 'a', change: Partial<Part>): void {
  const { record } = stage;
  record.parts = { ...record.parts, [name]: { ...partOf(stage, name), ...change } };
}

/** Throws when a life asks for what its steps have not made yet. */
export function existing<T>(entities: ReadonlyMap<string, T>, id: string | undefined, what: string): T {
  const entity = entities.get(id ?? '');
  if (entity === undefined) throw new Error(`there is no ${what} yet: the steps of this life are out of order`);
  return entity;
}

/** Background work of the vendor raises an order's version without an event, so a version from the creation is soon old. */
export function touchOrder({ world, record }: Stage): void {
  world.state.orders.replace(revise(world, record.order, {}), world.clock.now());
}

interface Inherited {
  readonly tenantOrderId?: string;
  readonly customAttributes?: Attributes;
}

/** What entities after picking have of the order: the vendor does not say that it is always there. */
export function inherited({ settings }: World, { tenantOrderId, customAttributes }: Order): Inherited {
  return present({
    tenantOrderId: settings.inheritTenantOrderId ? tenantOrderId : undefined,
    customAttributes: settings.inheritAttributes ? customAttributes : undefined,
  });
}
