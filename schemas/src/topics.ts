import type {
  CommerceChannelEvent,
  CommerceOrderEvent,
  FacilityEntry,
  FulfillmentEvent,
  LedgerEntry,
  OrderFulfillmentState,
  OrderLink,
} from './generated.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const KIB = 1_024;
const MIB = 1_024 * KIB;

/** A topic of the pipeline. `name` is without the deployment's prefix. `Value` is what its Avro schema describes. */
export interface Topic<Value = unknown> {
  readonly name: string;
  /** Name of the Avro schema in `schemas/`, or undefined: raw bytes. */
  readonly schema: string | undefined;
  readonly cleanup: 'delete' | 'compact' | 'compact,delete';
  /** Milliseconds, -1: for ever. */
  readonly retentionMs: number;
  readonly maxMessageBytes: number;
  readonly config: Readonly<Record<string, string>>;
  /** Only carries the type. */
  readonly _value?: Value;
}

function defineTopic<Value>(
  topic: Omit<Topic<Value>, '_value' | 'config'> & { config?: Record<string, string> },
): Topic<Value> {
  return { config: {}, ...topic };
}

const daily = { 'segment.ms': String(DAY) };
const compacted = { 'min.compaction.lag.ms': String(DAY), 'delete.retention.ms': String(7 * DAY) };

/** Every topic of the pipeline, declared once: no other file holds a topic name. */
export const topics = {
  commercetoolsNotifications: defineTopic<Uint8Array>({
    name: 'commercetools.notifications.v1',
    schema: undefined,
    cleanup: 'delete',
    retentionMs: 14 * DAY,
    maxMessageBytes: 2 * MIB,
    config: daily,
  }),
  fulfillmenttoolsNotifications: defineTopic<Uint8Array>({
    name: 'fulfillmenttools.notifications.v1',
    schema: undefined,
    cleanup: 'delete',
    retentionMs: 14 * DAY,
    maxMessageBytes: 2 * MIB,
    config: daily,
  }),
  commerceOrders: defineTopic<CommerceOrderEvent>({
    name: 'commerce.orders.v1',
    schema: 'commerce.orders.v1',
    cleanup: 'delete',
    retentionMs: 28 * DAY,
    maxMessageBytes: 2 * MIB,
    config: daily,
  }),
  /** Stores and warehouses, where they are kept in step with the provider's facilities. */
  commerceChannels: defineTopic<CommerceChannelEvent>({
    name: 'commerce.channels.v1',
    schema: 'commerce.channels.v1',
    cleanup: 'delete',
    retentionMs: 28 * DAY,
    maxMessageBytes: MIB,
    config: daily,
  }),
  fulfillmentEvents: defineTopic<FulfillmentEvent>({
    name: 'fulfillment.events.v1',
    schema: 'fulfillment.events.v1',
    cleanup: 'delete',
    retentionMs: 400 * DAY,
    maxMessageBytes: MIB,
    config: daily,
  }),
  fulfillmentOrders: defineTopic<LedgerEntry>({
    name: 'fulfillment.orders.v1',
    schema: 'fulfillment.orders.v1',
    cleanup: 'compact',
    retentionMs: -1,
    maxMessageBytes: 64 * KIB,
    config: compacted,
  }),
  fulfillmentFacilities: defineTopic<FacilityEntry>({
    name: 'fulfillment.facilities.v1',
    schema: 'fulfillment.facilities.v1',
    cleanup: 'compact',
    retentionMs: -1,
    maxMessageBytes: 64 * KIB,
    config: compacted,
  }),
  fulfillmentStates: defineTopic<OrderFulfillmentState>({
    name: 'fulfillment.states.v1',
    schema: 'fulfillment.states.v1',
    cleanup: 'compact,delete',
    retentionMs: 400 * DAY,
    maxMessageBytes: MIB,
    config: compacted,
  }),
  fulfillmentLinks: defineTopic<OrderLink>({
    name: 'fulfillment.links.v1',
    schema: 'fulfillment.links.v1',
    cleanup: 'compact,delete',
    retentionMs: 400 * DAY,
    maxMessageBytes: 64 * KIB,
    config: compacted,
  }),
  fulfillmenttoolsPending: defineTopic<Uint8Array>({
    name: 'fulfillmenttools.pending.v1',
    schema: undefined,
    cleanup: 'compact,delete',
    retentionMs: 3 * DAY,
    // As its source, and the headers that say where it came from.
    maxMessageBytes: 2 * MIB + 64 * KIB,
  }),
  /** How far catch-ups have come: JSON. */
  pipelineWatermarks: defineTopic<Uint8Array>({
    name: 'pipeline.watermarks.v1',
    schema: undefined,
    cleanup: 'compact,delete',
    retentionMs: 400 * DAY,
    maxMessageBytes: 64 * KIB,
    config: compacted,
  }),
} as const;

const deadLetterTopic = (service: string, largestSource: number): Topic<Uint8Array> =>
  defineTopic({
    name: `${service}.dlq.v1`,
    schema: undefined,
    cleanup: 'delete',
    retentionMs: 28 * DAY,
    maxMessageBytes: largestSource + 64 * KIB,
    config: daily,
  });

/** Where each service puts what it cannot process: the original bytes, with the reason in headers. */
export const deadLetterTopics = {
  'ingest-ct': deadLetterTopic('ingest-ct', 2 * MIB),
  'ingest-fft': deadLetterTopic('ingest-fft', 2 * MIB),
  'order-router': deadLetterTopic('order-router', 2 * MIB),
  'status-writer': deadLetterTopic('status-writer', MIB),
  'facility-sync': deadLetterTopic('facility-sync', MIB),
} as const;

/** A topic that carries messages of its source once more, as they were: same key, same partition, same bytes. */
export interface ReplayLane<Value = unknown> extends Topic<Value> {
  readonly source: Topic<Value>;
}

const replayLane = <Value>(source: Topic<Value>): ReplayLane<Value> => ({
  ...defineTopic<Value>({
    name: `${source.name.replace(/\.v1$/, '')}.replay.v1`,
    schema: source.schema,
    cleanup: 'delete',
    retentionMs: 7 * DAY,
    // As its source, and the headers that say where it came from.
    maxMessageBytes: source.maxMessageBytes + 64 * KIB,
  }),
  source,
});

/** Lanes for replays beside live traffic, one for each source topic. */
export const replayTopics = {
  commercetoolsNotifications: replayLane(topics.commercetoolsNotifications),
  fulfillmenttoolsNotifications: replayLane(topics.fulfillmenttoolsNotifications),
  commerceOrders: replayLane(topics.commerceOrders),
  commerceChannels: replayLane(topics.commerceChannels),
  fulfillmentEvents: replayLane(topics.fulfillmentEvents),
} as const;

const shadowTopic = (service: string): Topic<Uint8Array> =>
  defineTopic({
    name: `${service}.shadow.v1`,
    schema: undefined,
    cleanup: 'delete',
    retentionMs: 7 * DAY,
    maxMessageBytes: MIB,
  });

/** What a service in shadow mode would have done: JSON, for people to read. */
export const shadowTopics = {
  'order-router': shadowTopic('order-router'),
  'status-writer': shadowTopic('status-writer'),
  'facility-sync': shadowTopic('facility-sync'),
} as const;

/** All of them, in the order in which they are created. */
export const allTopics: readonly Topic[] = [
  ...Object.values(topics),
  ...Object.values(deadLetterTopics),
  ...Object.values(replayTopics),
  ...Object.values(shadowTopics),
];

/** Partition count of every topic: source, lane and state must agree. (Default: 12. `npm run setup -- --partitions N` makes others; never changed later.) */
export const PARTITIONS = 12;
