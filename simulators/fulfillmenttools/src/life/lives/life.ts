import type { Kind, LifeStep, PartName } from '../step.ts';

/** ShipmentState of the commerce order; null: it must stay as it was. */
export type ShipmentState = 'Ready' | 'Partial' | 'Shipped' | 'Delivered' | 'Canceled' | null;

/** What a correct pipeline ends with, by its documented rules and their defaults. */
export interface Outcome {
  readonly shipmentState: ShipmentState;
  /** Parts whose pick job is alive and for the customer: the fields of a pick job come from one of them. */
  readonly pickJobs: readonly PartName[];
  /** Parts with handover jobs that are alive and for the customer. */
  readonly handoverJobs: readonly PartName[];
}

/** A life of an order, as data. */
export interface Life {
  readonly description: string;
  /** The least that an order must have (Default: one piece, one facility). */
  readonly needs?: { readonly pieces?: number; readonly facilities?: number };
  readonly steps: readonly LifeStep[];
  /** A kind that is missing cannot live it. */
  readonly outcome: Readonly<Partial<Record<Kind, Outcome>>>;
}

type Parts = readonly PartName[];
type Alive = { readonly pickJobs?: Parts; readonly handoverJobs?: Parts };

/** The same for both kinds. */
export function ends(shipmentState: Outcome['shipmentState'], { pickJobs = [], handoverJobs = [] }: Alive = {}) {
  const outcome: Outcome = { shipmentState, pickJobs, handoverJobs };
  return { DELIVERY: outcome, COLLECT: outcome };
}

/** Everything is on its way to the customer or collected, or not to come any more. */
export const handedOverFrom = (alive: Alive) => ({
  DELIVERY: ends('Shipped', alive).DELIVERY,
  COLLECT: ends('Delivered', alive).COLLECT,
});

export const handedOver = (...parts: Parts) => handedOverFrom({ pickJobs: parts, handoverJobs: parts });

export const routed = (part: PartName = 'a'): LifeStep[] => [{ event: 'ROUTING_PLAN_ROUTED', part }];

export const pickJob = (part: PartName = 'a'): LifeStep[] => [{ event: 'PICK_JOB_CREATED', part }];

export const commenced = (part: PartName = 'a'): LifeStep[] => [{ event: 'PICK_JOB_PICKING_COMMENCED', part }];

export const picked = (part: PartName = 'a'): LifeStep[] => [{ event: 'PICK_JOB_PICKING_FINISHED', part }];

/** From its pick job until the goods are picked. */
export const picking = (part: PartName = 'a'): LifeStep[] => [...pickJob(part), ...commenced(part), ...picked(part)];

export const shipped = (part: PartName = 'a'): LifeStep[] => [{ event: 'SHIPMENT_CREATED', part }];

export const handedIn = (part: PartName = 'a'): LifeStep[] => [{ event: 'HANDOVERJOB_CREATED', part }];

/** From the picked goods until they wait for their handover. */
export const readied = (part: PartName = 'a'): LifeStep[] => [...shipped(part), ...handedIn(part)];

export const given = (part: PartName = 'a'): LifeStep[] => [{ event: 'HANDOVERJOB_HANDED_OVER', part }];

/** From the pick job until the goods are given away. */
export const fulfilled = (part: PartName = 'a'): LifeStep[] => [...picking(part), ...readied(part), ...given(part)];

/** The plan of part a is split: it keeps half, part b has the rest, both are routed. */
export const split: readonly LifeStep[] = [
  { event: 'ROUTING_PLAN_SPLITTED', into: ['b'] },
  ...routed(),
  ...routed('b'),
];
