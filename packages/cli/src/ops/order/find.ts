import { parsePush } from '@pipeline/platform-commercetools';
import {
  type CommerceOrderEvent,
  type LedgerEntry,
  type OrderFulfillmentState,
  type OrderLink,
  type Topic,
  topics,
} from '@pipeline/schemas';
import type { Codec } from '@pipeline/streams/avro';
import type { Log, LogMessage } from '../kafka/log.ts';

export interface FindOptions {
  readonly log: Log;
  readonly codec: Pick<Codec, 'decode'>;
  /** Order events are searched from here on, milliseconds since the epoch. */
  readonly since: number;
  readonly say: (line: string) => void;
}

/**
 * The commercetools order id behind an order number, a fulfillmenttools order id or a process id; undefined: not found.
 * The links answer in one partition where the id is one of their keys; else whole topics are searched, smallest first.
 */
export async function findOrderId(id: string, { log, codec, since, say }: FindOptions): Promise<string | undefined> {
  async function search<Value>(
    { topic, partitions, from }: { topic: Topic<Value>; partitions?: readonly number[]; from?: number },
    orderIdOf: (value: Value) => string | null,
  ): Promise<string | undefined> {
    const part = { topic, since: from, ...(partitions ? { partitions } : {}) };
    // Ids lie in Avro as their UTF-8 text: what has it not needs no decoding.
    const messages = await log.read([part], ({ value }) => value?.includes(id) ?? false);
    for (const { value } of messages.reverse()) {
      const found = orderIdOf(await codec.decode(topic, value ?? Buffer.alloc(0)));
      if (found !== null) return found;
    }
    return undefined;
  }

  const { fulfillmentLinks: links, fulfillmentOrders: ledger, fulfillmentStates: states, commerceOrders } = topics;
  const linked = ({ orderId, processId, tenantOrderId, providerOrderId }: OrderLink) =>
    [processId, tenantOrderId, providerOrderId].includes(id) ? orderId : null;
  const entered = ({ orderId, orderNumber, placements }: LedgerEntry) =>
    orderNumber === id ||
    placements.some(({ tenantOrderId, providerOrderId, processId }) =>
      [tenantOrderId, providerOrderId, processId].includes(id),
    )
      ? orderId
      : null;
  const folded = ({ orderId, processes }: OrderFulfillmentState) =>
    processes.some(
      ({ processId, order, pickJobs, handoverJobs }) =>
        processId === id || order?.id === id || [...pickJobs, ...handoverJobs].some((job) => job.id === id),
    )
      ? orderId
      : null;
  const told = ({ orderId, orderNumber, order }: CommerceOrderEvent) =>
    orderNumber === id || order?.orderNumber === id ? orderId : null;

  const byKey = await search({ topic: links, partitions: log.partitionsOf(links, [id]) }, linked);
  if (byKey !== undefined) return byKey;
  say(`Searching for ${id} in all links, the ledger, the states and what commercetools told lately …`);
  return (
    (await search({ topic: links }, linked)) ??
    (await search({ topic: ledger }, entered)) ??
    (await search({ topic: states }, folded)) ??
    (await search({ topic: commerceOrders, from: since }, told)) ??
    (await findNotified(id, log, since))
  );
}

/** Orders that were never confirmed are in no other topic. The number may lie in an envelope, so each is opened. */
async function findNotified(id: string, log: Log, since: number): Promise<string | undefined> {
  const isAbout = ({ value }: LogMessage): boolean => {
    try {
      return value !== null && parsePush(value).orderNumber === id;
    } catch {
      return false;
    }
  };
  const messages = await log.read([{ topic: topics.commercetoolsNotifications, since }], isAbout);
  return messages.at(-1)?.key ?? undefined;
}
