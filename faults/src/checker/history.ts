import type { SimulatedFftOrder, SimulatedOrder } from '@pipeline/sandbox';
import type { Delivery, Vendor } from '../world/relay.ts';

/** A message as it lies in Kafka. */
export interface TopicRecord {
  /** Without the run's prefix. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer | null;
  /** Decoded; undefined: a topic of bytes, a tombstone, or what cannot be decoded. */
  readonly value: unknown;
}

/** An order that the run placed in the shop, and how many orders the provider must have of it in the end. */
export interface PlacedOrder {
  readonly id: string;
  readonly orderNumber: string;
  readonly expected: 'once' | 'at-most-once' | 'never';
  /** The fields that the order's custom Type has, when it is not ours. */
  readonly fields?: readonly string[];
}

/** A shipment state that an order got at commercetools. */
export interface ShownState {
  readonly order: string;
  /** Of the order after it. */
  readonly version: number;
  readonly state: string;
  /** Set with the pipeline's API client. */
  readonly ours: boolean;
}

/** A request that a simulated vendor got. */
export interface VendorRequest {
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Whether it created or changed anything. */
  readonly effect: boolean;
}

/** A member that was told to stop. */
export interface Stopped {
  readonly member: string;
  readonly code: number | null;
  readonly stopMs: number | null;
  readonly graceMs: number;
}

/** Everything was read again; how much that changed at the vendors. */
export interface Replayed {
  readonly what: string;
  readonly posts: number;
  readonly updates: number;
}

/** A stretch of time in which a vendor is to get at most so many requests. */
export interface QuietTime {
  readonly vendor: Vendor;
  readonly why: string;
  readonly method: string;
  readonly path: RegExp;
  /** Epoch milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly most: number;
}

/** Something that only the row itself could see while it ran. */
export interface Claim {
  readonly invariant: Invariant;
  readonly what: string;
  readonly expected: string;
  readonly found: string;
  readonly holds: boolean;
}

/** All that is known of a run when it is over. */
export interface History {
  readonly orders: readonly PlacedOrder[];
  /** In the order of the answers. */
  readonly deliveries: readonly Delivery[];
  /** By name of the topic, in order within a partition. */
  readonly records: Readonly<Record<string, readonly TopicRecord[]>>;
  readonly commerceOrders: readonly SimulatedOrder[];
  /** In order of time. */
  readonly shipmentStates: readonly ShownState[];
  /** Ids of events of fulfillmenttools that are of nobody's order, so that nothing is to come of them. */
  readonly foreignEvents: readonly string[];
  /** All that were ever accepted and not deleted. */
  readonly providerOrders: readonly SimulatedFftOrder[];
  readonly requests: Readonly<Record<Vendor, readonly VendorRequest[]>>;
  /** Services of which a member was started. */
  readonly services: readonly string[];
  readonly replays: readonly Replayed[];
  readonly stopped: readonly Stopped[];
  readonly quietTimes: readonly QuietTime[];
  readonly claims: readonly Claim[];
}

/** I1 never lost, I2 never twice, I3 never backwards, I4 shows all events in the end, I5 poison goes aside alone, I6 200 only after Kafka, I7 in order, I8 polite, I9 nothing private, I10 bounded, I11 truthful, I12 a replay changes nothing. */
export const invariants = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9', 'I10', 'I11', 'I12'] as const;
export type Invariant = (typeof invariants)[number];

export interface Violation {
  readonly invariant: Invariant;
  /** Id of the commerce order. */
  readonly order?: string;
  readonly topic?: string;
  readonly partition?: number;
  readonly offset?: string;
  readonly expected: string;
  readonly found: string;
}

export type Check = (history: History) => Violation[];

/** Address of a record in a violation. */
export const at = ({ topic, partition, offset }: Pick<TopicRecord, 'topic' | 'partition' | 'offset'>) => ({
  topic,
  partition,
  offset: String(offset),
});

/** Records of a topic; none: it was not dumped, or is empty. */
export const recordsOf = ({ records }: Pick<History, 'records'>, topic: { readonly name: string }) =>
  records[topic.name] ?? [];
