import {
  deadLetterTopics,
  type LedgerEntry,
  type OrderFulfillmentState,
  type OrderLink,
  topics,
} from '@pipeline/schemas';
import type { Letter } from '../dlq/letters.ts';

/** Where a record lies. `topic` is without prefix. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** When Kafka took it, milliseconds since the epoch. */
  readonly at: number;
}

export interface Found<Value> {
  readonly place: Place;
  readonly value: Value;
}

/** One line of what happened: no personal data in it. */
export interface Happening {
  readonly place: Place;
  /** Who said or did it: commercetools, order-router, … */
  readonly who: string;
  readonly what: string;
  /** Header of a message that was sent again. */
  readonly origin?: string | undefined;
}

/** A notification that waits aside until it is known which order it is about. */
export interface Held {
  readonly place: Place;
  readonly since: number;
  readonly event: string;
}

/** A service that has not finished the latest message about the order in a topic, as far as its commits tell. */
export interface Behind {
  readonly service: string;
  readonly place: Place;
  /** Offset from which on it has not finished; null: it has finished nothing in this partition. */
  readonly committed: bigint | null;
}

/**
 * Partitions were added to the topics: an order's key lies in another partition than what was written of it before.
 * `topic` is without prefix.
 */
export interface PartitionsAdded {
  readonly topic: string;
  readonly has: number;
  /** When the group of `service` committed. */
  readonly had: number;
  readonly service: string;
}

/** Everything that Kafka holds about one order. */
export interface Story {
  readonly orderId: string;
  /** The latest entry; null: the ledger does not know the order. */
  readonly ledger: Found<LedgerEntry> | null;
  readonly state: Found<OrderFulfillmentState> | null;
  readonly links: readonly (Found<OrderLink> & { readonly key: string })[];
  readonly letters: readonly Letter[];
  readonly held: readonly Held[];
  /** Oldest first. */
  readonly happenings: readonly Happening[];
  readonly behind: readonly Behind[];
  /** null: none that is known of. Else what is missing here may lie in another partition. */
  readonly partitionsAdded: PartitionsAdded | null;
  /** From when on the happenings were read, milliseconds since the epoch. */
  readonly since: number;
}

export const isEmpty = ({ ledger, state, links, letters, happenings }: Story): boolean =>
  !ledger && !state && links.length === 0 && letters.length === 0 && happenings.length === 0;

/** Is anything keyed by this id as an order's? Else it may be the id of something else, under which others are keyed. */
export const isOrder = ({ ledger, state, happenings }: Story): boolean =>
  ledger !== null || state !== null || happenings.some(({ place }) => keyedByOrder.includes(place.topic));

const keyedByOrder: readonly string[] = [
  topics.commercetoolsNotifications,
  topics.commerceOrders,
  topics.fulfillmentEvents,
  deadLetterTopics['ingest-ct'],
  deadLetterTopics['order-router'],
  deadLetterTopics['status-writer'],
].map(({ name }) => name);
