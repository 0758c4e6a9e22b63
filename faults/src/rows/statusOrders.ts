import { aDemoOrder, PROJECT_KEY } from '@pipeline/sandbox';
import {
  aFulfillmentEvent,
  aHandoverJob,
  aLedgerEntry,
  aParcel,
  aPickJob,
  aPlacement,
  aProviderOrder,
} from '@pipeline/fulfillment/testkit';
import { type FulfillmentEvent, type LedgerEntry, type OrderedLine, type Topic, topics } from '@pipeline/schemas';
import { partitionOf } from '@pipeline/streams';
import type { Placing } from '../world/orders.ts';
import type { World } from '../world/world.ts';

/** An order that is placed at fulfillmenttools as far as the ledger says, and what can be told of it. */
export interface StatusOrder {
  readonly id: string;
  readonly collect: boolean;
  readonly lines: readonly OrderedLine[];
  readonly ledger: LedgerEntry;
  event(part: Partial<FulfillmentEvent>): FulfillmentEvent;
}

/** Every demo order of a row gets the goods of this one: two lines, of several pieces each. */
const { lineItems } = aDemoOrder(4, 'goods').body as {
  readonly lineItems: readonly { readonly quantity: number; readonly variant: { readonly sku: string } }[];
};
const goods: readonly OrderedLine[] = lineItems.map(({ quantity, variant }) => ({ articleId: variant.sku, quantity }));

/**
 * Orders in the shop that the ledger knows as placed, without any other service: every other one is click & collect.
 * `ledger` false: it is not written.
 */
export async function openOrders(
  world: World,
  count: number,
  { ledger = true, ...placing }: Omit<Placing, 'expected'> & { readonly ledger?: boolean } = {},
): Promise<readonly StatusOrder[]> {
  const { change = () => ({}) } = placing;
  const placed = await world.place(count, {
    ...placing,
    expected: 'never',
    confirmedAtOnce: true,
    change: (index) => ({ lineItems, ...change(index) }),
  });
  const orders = placed.map(({ id, orderNumber }, index) => toStatusOrder(id, orderNumber, index % 2 === 1));
  if (ledger)
    await write(
      world,
      topics.fulfillmentOrders,
      orders.map((order) => ({ key: order.id, value: order.ledger })),
    );
  return orders;
}

function toStatusOrder(id: string, orderNumber: string, collect: boolean): StatusOrder {
  const processId = `process-${id}`;
  const providerOrderId = `fft-${id}`;
  const of = { orderId: id, projectKey: PROJECT_KEY };
  const placement = aPlacement({ tenantOrderId: orderNumber, providerOrderId, processId, collect, lines: goods });
  let told = 0;
  return {
    id,
    collect,
    lines: goods,
    ledger: aLedgerEntry({ ...of, orderNumber, placements: [placement] }),
    event: (part) =>
      aFulfillmentEvent({
        ...of,
        processId,
        providerOrderId,
        tenantOrderId: orderNumber,
        eventId: `${id}-${++told}`,
        ...part,
      }),
  };
}

/** Events of a part of an order, in the order in which they happen; all of its goods by default. */
export function lifeOf(order: StatusOrder, { part = 'a', lines = order.lines } = {}) {
  const channel = order.collect ? 'COLLECT' : 'DELIVERY';
  const pickJob = {
    id: `pick-${part}-${order.id}`,
    shortId: `S${part}`,
    channel,
    createdAt: part.charCodeAt(0),
  } as const;
  const handover = { id: `handover-${part}-${order.id}`, pickJobId: pickJob.id, channel } as const;
  const picking = lines.map((line) => ({ ...line, picked: 0 }));
  const picked = lines.map((line) => ({ ...line, picked: line.quantity }));
  const waiting = lines.map((line) => ({ ...line, handedOver: 0, refused: 0 }));
  const given = lines.map((line) => ({ ...line, handedOver: line.quantity, refused: 0 }));
  return {
    created: order.event({
      order: aProviderOrder({ id: order.ledger.placements[0]?.providerOrderId ?? '', lines: order.lines }),
    }),
    picking: order.event({ pickJob: aPickJob({ ...pickJob, lines: picking }) }),
    picked: order.event({
      pickJob: aPickJob({ ...pickJob, version: 4, status: 'CLOSED', lines: picked, loadUnitsAmount: 2 }),
    }),
    ready: order.event({ handoverJob: aHandoverJob({ ...handover, lines: waiting }) }),
    handedOver: order.event({
      handoverJob: aHandoverJob({ ...handover, version: 2, status: 'HANDED_OVER', lines: given }),
    }),
    reverted: order.event({ handoverJob: aHandoverJob({ ...handover, version: 3, lines: waiting }) }),
    parcel: order.event({
      parcel: aParcel({ id: `parcel-${part}-${order.id}`, pickJobId: pickJob.id, trackingNumber: `T-${part}` }),
    }),
  };
}

/** Writes events as ingest-fft does. */
export const tell = (world: World, events: readonly FulfillmentEvent[]): Promise<void> =>
  write(
    world,
    topics.fulfillmentEvents,
    events.map((value) => ({ key: value.orderId, value })),
  );

/** Writes events one step after the other, with everything shown in between. */
export async function tellInTurn(world: World, steps: readonly (readonly FulfillmentEvent[])[]): Promise<void> {
  for (const events of steps) {
    await tell(world, events);
    await world.untilRead('status-writer');
  }
}

/** Writes records past the services, to the partition of their key. */
export async function write<Value>(
  world: World,
  topic: Topic<Value>,
  entries: readonly { readonly key: string; readonly value: Value }[],
): Promise<void> {
  const messages = await Promise.all(
    entries.map(async ({ key, value }) => ({
      partition: partitionOf(key, world.partitions),
      key,
      value: await world.codec.encode(topic, value),
    })),
  );
  await world.kafka.produce(topic.name, messages);
}
