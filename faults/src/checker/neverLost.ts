import { deadLetterTopics, type FulfillmentEvent, type LedgerEntry, topics } from '@pipeline/schemas';
import type { Vendor } from '../world/relay.ts';
import { at, type Check, type History, recordsOf, type TopicRecord, type Violation } from './history.ts';

const landings = [
  { vendor: 'commercetools', service: 'ingest-ct', topic: topics.commercetoolsNotifications },
  { vendor: 'fulfillmenttools', service: 'ingest-fft', topic: topics.fulfillmenttoolsNotifications },
] as const;

/**
 * I1: each delivery that was acknowledged has a record of its own with the very bytes, and ends: a confirmed order in
 * the ledger, an event of the provider in its topic, or either in a dead-letter topic.
 */
export const neverLost: Check = (history) => [
  ...landings.flatMap(({ vendor, topic }) => unlanded(history, vendor, topic)),
  ...unplaced(history),
  ...unpublished(history),
];

function unlanded(history: History, vendor: Vendor, topic: { readonly name: string }): Violation[] {
  const landed = new Map<string, number>();
  for (const { bytes } of recordsOf(history, topic)) {
    const text = bytes?.toString('base64') ?? '';
    landed.set(text, (landed.get(text) ?? 0) + 1);
  }
  return history.deliveries.flatMap((delivery) => {
    if (delivery.vendor !== vendor || delivery.status !== 200) return [];
    const text = delivery.body.toString('base64');
    const left = (landed.get(text) ?? 0) - 1;
    landed.set(text, left);
    if (left >= 0) return [];
    return [
      {
        invariant: 'I1',
        topic: topic.name,
        expected: 'a record for each acknowledged delivery',
        found: `none for ${delivery.body.toString('utf8').slice(0, 200)}`,
      },
    ];
  });
}

/** Origins, as `topic/partition/offset`, of everything in dead-letter topics. */
function buried(history: History): Set<string> {
  const letters = Object.values(deadLetterTopics).flatMap((topic) => recordsOf(history, topic));
  return new Set(
    letters.map(({ headers }) => {
      const topic = headers['dlq.original-topic'] ?? '';
      return `${topic}/${headers['dlq.original-partition']}/${headers['dlq.original-offset']}`;
    }),
  );
}

const ended = new Set(['skipped', 'placed', 'rejected', 'cancelling', 'cancelled', 'cancelRefused', 'gone']);

/** Every order event that the router reads ends in the ledger. */
function unplaced(history: History): Violation[] {
  if (!history.services.includes('order-router')) return [];
  const letters = [...buried(history)];
  const status = new Map<string | null, string>();
  for (const { key, value } of recordsOf(history, topics.fulfillmentOrders)) {
    const entry = value as LedgerEntry | undefined;
    // Cancelled before it was placed: only that is on record.
    const withoutPlacement = typeof entry?.cancelVersion === 'number' ? 'cancelled' : 'nothing';
    if (entry) status.set(key, entry.placements.at(-1)?.status ?? withoutPlacement);
  }
  return recordsOf(history, topics.commerceOrders).flatMap((record) => {
    const found = status.get(record.key) ?? 'nothing';
    const event = (record.value as { type?: string } | undefined)?.type;
    if ((event !== 'OrderConfirmed' && record.value !== undefined) || ended.has(found)) return [];
    if (isBuried(letters, record)) return [];
    const order = record.key === null ? {} : { order: record.key };
    return [
      {
        invariant: 'I1',
        ...order,
        ...at(record),
        expected: 'an end in the ledger, or a dead letter',
        found: `${found} in the ledger`,
      },
    ];
  });
}

/** Every notification of an order that is ours becomes an event; of one that nobody knows, nothing, and of a way between two facilities nothing but its jobs. */
function unpublished(history: History): Violation[] {
  if (!history.services.includes('ingest-fft')) return [];
  const letters = [...buried(history)];
  const published = new Set(
    recordsOf(history, topics.fulfillmentEvents).map(({ value }) => (value as FulfillmentEvent | undefined)?.eventId),
  );
  const foreign = new Set(history.foreignEvents);
  return recordsOf(history, topics.fulfillmenttoolsNotifications).flatMap((record) => {
    const eventId = eventIdOf(record.bytes);
    if (eventId !== undefined && foreign.has(eventId) && !published.has(eventId)) return [];
    if ((eventId !== undefined && published.has(eventId)) || isBuried(letters, record)) return [];
    if (isBetweenFacilities(record.bytes)) return [];
    return [
      {
        invariant: 'I1',
        ...at(record),
        expected: 'an event, or a dead letter',
        found: `neither, for ${nameOf(record.bytes)} ${eventId ?? 'without id'}`,
      },
    ];
  });
}

/** Letters name the topic as it is deployed, with the run's prefix. */
const isBuried = (letters: readonly string[], { topic, partition, offset }: TopicRecord): boolean =>
  letters.some((letter) => letter.endsWith(`${topic}/${partition}/${offset}`));

const eventIdOf = (bytes: Buffer | null): string | undefined => textIn(bytes, 'eventId');
const nameOf = (bytes: Buffer | null): string => textIn(bytes, 'event') ?? 'event';

/** Plans, shipments and parcels of the goods' way from one facility to the other: no customer sees them. */
function isBetweenFacilities(bytes: Buffer | null): boolean {
  const { event, payload } = parse(bytes);
  const { transfers } = (payload ?? {}) as { readonly transfers?: unknown };
  const sides = Array.isArray(transfers)
    ? (transfers as { readonly type?: unknown; readonly transferType?: unknown }[])
    : [];
  return (
    /^(?:ROUTING_PLAN|SHIPMENT|PARCEL)_/.test(String(event)) &&
    sides.some(({ type, transferType }) => type === 'SUPPLIER' || transferType === 'SUPPLIER')
  );
}

function textIn(bytes: Buffer | null, name: 'event' | 'eventId'): string | undefined {
  const text = parse(bytes)[name];
  return typeof text === 'string' ? text : undefined;
}

function parse(bytes: Buffer | null): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(bytes?.toString() ?? '');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
