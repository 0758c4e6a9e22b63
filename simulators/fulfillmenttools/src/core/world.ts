import { randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import type {
  Facility,
  HandoverJob,
  ItemReturnJob,
  LoadUnit,
  PackJob,
  Parcel,
  PickJob,
  Process,
  RoutingPlan,
  Shipment,
  Subscription,
  Tag,
  Versioned,
} from './model.ts';
import type { Settings } from './options.ts';
import { createOrderStore, type OrderStore } from './orderStore.ts';
import { createRandom, type Random } from './random.ts';

/** Everything that a reset forgets. */
export interface State {
  readonly orders: OrderStore;
  readonly facilities: Map<string, Facility>;
  readonly facilityIds: Map<string, string>;
  readonly tags: Map<string, Tag>;
  readonly processes: Map<string, Process>;
  /** Any reference that a process can be found by, and since when. */
  readonly processLinks: Map<string, { readonly processId: string; readonly atMs: number }>;
  readonly routingPlans: Map<string, RoutingPlan>;
  readonly pickJobs: Map<string, PickJob>;
  readonly loadUnits: Map<string, LoadUnit>;
  readonly loadUnitsOfPickJob: Map<string, readonly string[]>;
  readonly shipments: Map<string, Shipment>;
  readonly parcels: Map<string, Parcel>;
  readonly parcelsOfShipment: Map<string, readonly string[]>;
  readonly packJobs: Map<string, PackJob>;
  readonly handoverJobs: Map<string, HandoverJob>;
  readonly itemReturnJobs: Map<string, ItemReturnJob>;
  readonly subscriptions: Map<string, Subscription>;
}

/** `beside`: what the envelope carries next to the payload. */
export type Publish = (event: string, payload: object, beside?: object) => void;

/** The simulated cloud: its state, its time, its chance, and the way its events leave. */
export interface World {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly random: Random;
  state: State;
  publish: Publish;
}

export function createWorld(settings: Settings): World {
  return {
    settings,
    clock: settings.clock,
    random: createRandom(settings.seed),
    state: createState(settings),
    publish: () => undefined,
  };
}

export function createState(settings: Settings): State {
  return {
    orders: createOrderStore(() => Math.max(settings.indexLagMs, settings.uniquenessLagMs)),
    facilities: new Map(),
    facilityIds: new Map(),
    tags: new Map(),
    processes: new Map(),
    processLinks: new Map(),
    routingPlans: new Map(),
    pickJobs: new Map(),
    loadUnits: new Map(),
    loadUnitsOfPickJob: new Map(),
    shipments: new Map(),
    parcels: new Map(),
    parcelsOfShipment: new Map(),
    packJobs: new Map(),
    handoverJobs: new Map(),
    itemReturnJobs: new Map(),
    subscriptions: new Map(),
  };
}

const timestamp = (world: World) => new Date(world.clock.now()).toISOString();

/** Id, first version and dates of a new entity. */
export function newEntity(world: World): Versioned {
  const now = timestamp(world);
  return { id: randomUUID(), version: 1, created: now, lastModified: now };
}

/**
 * The entity after a change. Its version grows by one to three: the vendor's own background work leaves gaps. With
 * `surprises` by two at least, so that a state that nobody has heard of fits in before.
 */
export function revise<T extends Versioned>(world: World, entity: T, change: Partial<T>): T {
  const gap = world.random.between(1, 3) + (world.settings.surprises > 0 ? 1 : 0);
  return { ...entity, ...change, version: entity.version + gap, lastModified: timestamp(world) };
}

/** Whether lists show an entity that was made at its `created`: they lag behind. */
export const isListed = ({ clock, settings }: World, { created }: Versioned): boolean =>
  Date.parse(created) + settings.indexLagMs <= clock.now();

/** The fields that are there; a key with the value undefined would count as set. */
export function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
