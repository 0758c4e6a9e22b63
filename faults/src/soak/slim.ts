/** What of a run with many orders is kept in memory: as much as the checker and the report of it read, in the same shape. */
import { createHash } from 'node:crypto';
import { type OrderFulfillmentState, type OrderLink, topics } from '@pipeline/schemas';
import type { TopicRecord } from '../checker/history.ts';
import type { Vendor } from '../world/relay.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A body that says the same to the checker, with a digest of the whole: equal bodies stay equal, others differ. */
export function slimBody(vendor: Vendor, body: Buffer): Buffer {
  const digest = createHash('sha256').update(body).digest('base64');
  if (vendor === 'commercetools') return toBuffer({ digest });
  const { eventId, event, payload } = parse(body);
  const { transfers } = (payload ?? {}) as Fields;
  return toBuffer({ eventId, event, payload: { transfers }, digest });
}

const vendorOf = new Map<string, Vendor>([
  [topics.commercetoolsNotifications.name, 'commercetools'],
  [topics.fulfillmenttoolsNotifications.name, 'fulfillmenttools'],
]);

/** Of these the checker reads little; of events and the ledger, which it folds, all. */
const slimmed: Readonly<Record<string, (value: never) => unknown>> = {
  [topics.commerceOrders.name]: ({ type, orderVersion }: Fields) => ({ type, orderVersion }),
  [topics.fulfillmentStates.name]: slimState,
  [topics.fulfillmentLinks.name]: ({ orderId, processId }: OrderLink) => ({ orderId, processId }),
};

/** Tombstones stay tombstones. */
export function slimRecord(record: TopicRecord): TopicRecord {
  const { topic, bytes, headers, value } = record;
  const vendor = vendorOf.get(topic);
  const letters = Object.entries(headers).filter(([name]) => name.startsWith('dlq.') && name !== 'dlq.error-stack');
  return {
    ...record,
    headers: Object.fromEntries(letters),
    bytes: bytes === null ? null : vendor ? slimBody(vendor, bytes) : EMPTY,
    value: value === undefined ? undefined : (slimmed[topic]?.(value as never) ?? value),
  };
}

const EMPTY = Buffer.alloc(0);

function slimState({ reopened, processes }: OrderFulfillmentState) {
  const versions = (list: readonly { readonly id: string; readonly version: unknown }[]) =>
    list.map(({ id, version }) => ({ id, version: Number(version) }));
  return {
    reopened,
    processes: processes.map(({ processId, order, pickJobs, handoverJobs, parcels }) => ({
      processId,
      order: order && { id: order.id, version: Number(order.version) },
      pickJobs: versions(pickJobs),
      handoverJobs: versions(handoverJobs),
      parcels: versions(parcels),
    })),
  };
}

const toBuffer = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

function parse(body: Buffer): Fields {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null ? (value as Fields) : {};
  } catch {
    return {};
  }
}
