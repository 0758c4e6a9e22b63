import { currentPlacement } from '@pipeline/fulfillment';
import {
  deadLetterTopics,
  type LedgerEntry,
  type OrderFulfillmentState,
  type OrderLink,
  type Topic,
  topics,
} from '@pipeline/schemas';
import { isPipelineError } from '@pipeline/streams';
import { type Codec, createCodec } from '@pipeline/streams/avro';
import type { Target } from '../../environment.ts';
import { type Letter, lettersByOrder, type ServiceName, toLetters } from '../dlq/letters.ts';
import type { Log, LogMessage } from '../kafka/log.ts';
import { toBehind } from './behind.ts';
import {
  describeEntry,
  describeEvent,
  describeOrderEvent,
  describePush,
  describeState,
  describeWebhook,
} from './happenings.ts';
import { originalKey, toHeld } from './held.ts';
import { findPartitionsAdded } from './partitionsAdded.ts';
import type { Found, Happening, Place, Story } from './story.ts';

export interface GatherOptions {
  readonly log: Log;
  readonly codec: Pick<Codec, 'decode'>;
  /** How far back to read what happened, milliseconds since the epoch; undefined: as far as the order's life asks for. */
  readonly since: number | undefined;
  readonly now: number;
}

const DAY = 86_400_000;

/** Topics that `gather` reads. */
export const gatheredTopics: readonly Topic[] = [...Object.values(topics), ...Object.values(deadLetterTopics)];

/** Decodes what `gather` reads. */
export const createStoryCodec = (target: Target): Codec =>
  createCodec({ ...target, topics: Object.values(topics).filter(({ schema }) => schema !== undefined) });

/**
 * Reads what Kafka holds about an order: of each topic only the partitions that the keys hash to. First what is keyed by
 * the order; that tells the keys of the rest.
 */
export async function gather(orderId: string, options: GatherOptions): Promise<Story> {
  const { log, codec, now } = options;
  const parts = (chosen: readonly Topic[], keys: Iterable<string>, since?: number) =>
    chosen.map((topic) => ({ topic, partitions: log.partitionsOf(topic, keys), since }));
  const isKey = ({ key }: LogMessage): boolean => key === orderId;

  const kept = await log.read(parts([topics.fulfillmentOrders, topics.fulfillmentStates], [orderId]), isKey);
  const entries = await decodeAll<LedgerEntry>(kept, topics.fulfillmentOrders, codec);
  const states = await decodeAll<OrderFulfillmentState>(kept, topics.fulfillmentStates, codec);
  const ledger = entries.at(-1) ?? null;
  const state = states.at(-1) ?? null;
  const since = options.since ?? Math.min(now - 7 * DAY, bornAt(ledger?.value) - DAY);

  const letterTopics = lettersByOrder.map((service) => deadLetterTopics[service]);
  const logs = [topics.commercetoolsNotifications, topics.commerceOrders, topics.fulfillmentEvents];
  const passed = await log.read([...parts(logs, [orderId], since), ...parts(letterTopics, [orderId])], isKey);
  const orderEvents = await decodeAll(passed, topics.commerceOrders, codec);
  const events = await decodeAll(passed, topics.fulfillmentEvents, codec);

  const keys = new Set([orderId, ...keysOf(ledger?.value, state?.value)]);
  for (const { value } of events) addKeys(keys, value.processId, value.tenantOrderId, value.providerOrderId);
  const webhooks = topics.fulfillmenttoolsNotifications;
  const [links, pending, parked] = [
    topics.fulfillmentLinks,
    topics.fulfillmenttoolsPending,
    deadLetterTopics['ingest-fft'],
  ];
  const related = await log.read(
    [...parts([links, pending, parked], keys), ...parts([webhooks], keys, since)],
    ({ key, source }) => keys.has(source === pending ? originalKey(key) : (key ?? '')),
  );

  const ownLinks = lastOfEach(await decodeAll<OrderLink>(related, links, codec)).filter(
    ({ value }) => value.orderId === orderId,
  );
  const letters = [...lettersByOrder, 'ingest-fft' as const].flatMap((service) =>
    lettersOf(service, [...passed, ...related]),
  );
  const notifications = [...passed, ...related].filter(
    ({ source }) => source === topics.commercetoolsNotifications || source === webhooks,
  );
  const happenings: Happening[] = [
    ...notifications.map((message) =>
      message.source === webhooks
        ? happening(message, 'fulfillmenttools', describeWebhook(message))
        : happening(message, 'commercetools', describePush(message)),
    ),
    ...orderEvents.map(({ message, value }) => happening(message, 'ingest-ct', describeOrderEvent(value))),
    ...entries.map(({ message, value }) => happening(message, 'order-router', describeEntry(value))),
    ...events.map(({ message, value }) => happening(message, 'ingest-fft', describeEvent(value))),
    ...states.flatMap(({ message, value }, index) => {
      const what = describeState(value, states[index - 1]?.value);
      return what === undefined ? [] : [happening(message, 'status-writer', what)];
    }),
    ...letters.flatMap(describeLetters),
  ].sort(
    (a, b) =>
      a.place.at - b.place.at || a.place.topic.localeCompare(b.place.topic) || Number(a.place.offset - b.place.offset),
  );
  return {
    orderId,
    ledger,
    state,
    links: ownLinks,
    letters,
    held: toHeld(related.filter(({ source }) => source === pending)),
    happenings,
    behind: await toBehind(log, [...kept, ...passed, ...related]),
    partitionsAdded: await findPartitionsAdded(log),
    since,
  };
}

type Decoded<Value> = Found<Value> & { readonly message: LogMessage; readonly key: string };

/** In order; tombstones and what cannot be read are left out. */
async function decodeAll<Value>(
  messages: readonly LogMessage[],
  topic: Topic<Value>,
  codec: Pick<Codec, 'decode'>,
): Promise<Decoded<Value>[]> {
  const decoded: Decoded<Value>[] = [];
  for (const message of messages) {
    if (message.source !== topic || message.value === null) continue;
    try {
      const value = await codec.decode(topic, message.value);
      decoded.push({ message, key: message.key ?? '', place: placeOf(message), value });
    } catch (error) {
      if (!isPipelineError(error) || error.errorClass !== 'permanent') throw error;
    }
  }
  return decoded;
}

export const placeOf = ({ source, partition, offset, timestamp }: LogMessage): Place => ({
  topic: source.name,
  partition,
  offset,
  at: timestamp,
});

const happening = (message: LogMessage, who: string, what: string): Happening => {
  const { origin } = message.headers;
  return { place: placeOf(message), who, what, ...(origin === undefined || origin === 'live' ? {} : { origin }) };
};

const lastOfEach = <Value>(found: readonly Decoded<Value>[]): Decoded<Value>[] => [
  ...new Map(found.map((link) => [link.key, link])).values(),
];

/** When the first thing is known to have been done about it; a late moment where nothing is. */
function bornAt(entry: LedgerEntry | undefined): number {
  const times = entry?.placements.flatMap(({ placedAt }) => placedAt ?? []) ?? [];
  return Math.min(entry?.updatedAt ?? Number.MAX_SAFE_INTEGER, ...times);
}

/** Under which what fulfillmenttools says of the order may lie. */
function keysOf(entry: LedgerEntry | undefined, state: OrderFulfillmentState | undefined): ReadonlySet<string> {
  const keys = new Set<string>();
  const current = currentPlacement(entry);
  for (const placement of [...(entry?.placements ?? []), current, state?.placement])
    addKeys(keys, placement?.processId, placement?.tenantOrderId, placement?.providerOrderId);
  for (const { processId, order, pickJobs, handoverJobs, parcels } of state?.processes ?? [])
    addKeys(keys, processId, order?.id, ...[...pickJobs, ...handoverJobs, ...parcels].map(({ id }) => id));
  return keys;
}

function addKeys(keys: Set<string>, ...added: readonly (string | null | undefined)[]): void {
  for (const key of added) if (key) keys.add(key);
}

function lettersOf(service: ServiceName, messages: readonly LogMessage[]): readonly Letter[] {
  const topic = deadLetterTopics[service];
  return toLetters(
    service,
    messages.filter(({ source }) => source === topic),
  ).letters;
}

function describeLetters({ service, partition, offset, at, letter, redrives }: Letter): Happening[] {
  const place: Place = { topic: deadLetterTopics[service].name, partition, offset, at };
  return [
    { place, who: service, what: `dead letter ${letter.errorCode}` },
    ...redrives.map((mark) => ({
      place: { ...place, at: Date.parse(mark.at) || at },
      who: 'operator',
      what: `sent this dead letter back to ${mark.to}`,
    })),
  ];
}
