import type { Fields, Order } from './model.ts';
import type { Candidate } from './query/run.ts';

/** What lists and checks need of an order without parsing it. */
export interface OrderSummary {
  readonly id: string;
  readonly orderNumber?: string;
  readonly version: number;
  readonly orderState: string;
  readonly shipmentState?: string;
  readonly paymentState?: string;
  readonly custom?: Fields;
  readonly createdAtMs: number;
}

/**
 * Orders as serialised JSON, outside of the heap: 20,000 of 15 KB take 300 MB and no garbage collection, a read without
 * expansion is sent as it is, and whoever parses one has a copy of its own.
 */
export interface OrderStore {
  find(id: string): Order | undefined;
  serialized(id: string): Buffer | undefined;
  summary(id: string): OrderSummary | undefined;
  idOf(orderNumber: string): string | undefined;
  put(order: Order): Buffer;
  delete(id: string): void;
  summaries(): IterableIterator<OrderSummary>;
  /** Of an order that is there, in the order of creation: what queries look at. */
  entries(): IterableIterator<OrderEntry>;
  entry(id: string): OrderEntry | undefined;
  /** What decisions by chance go by, the same in each run: the order number, else which in the row it was. */
  nameOf(id: string): string;
}

export interface OrderEntry extends Candidate {
  readonly summary: OrderSummary;
  readonly json: Buffer;
}

/** Fields by which orders are found without parsing them. */
export const orderFacets: ReadonlySet<string> = new Set([
  'id',
  'version',
  'createdAt',
  'lastModifiedAt',
  'orderNumber',
  'orderState',
  'shipmentState',
  'paymentState',
]);

export function createOrderStore(): OrderStore {
  const orders = new Map<string, OrderEntry>();
  const ids = new Map<string, string>();
  const names = new Map<string, string>();
  const parse = (json: Buffer) => JSON.parse(json.toString()) as Order;
  return {
    find(id) {
      const entry = orders.get(id);
      return entry && parse(entry.json);
    },
    serialized: (id) => orders.get(id)?.json,
    summary: (id) => orders.get(id)?.summary,
    idOf: (orderNumber) => ids.get(orderNumber),
    put(order) {
      const json = Buffer.from(JSON.stringify(order));
      orders.set(order.id, {
        summary: toSummary(order),
        facets: toFacets(order),
        json,
        document: () => parse(json),
      });
      if (!names.has(order.id)) names.set(order.id, order.orderNumber ?? `order ${names.size + 1}`);
      if (order.orderNumber !== undefined) ids.set(order.orderNumber, order.id);
      return json;
    },
    delete(id) {
      const number = orders.get(id)?.summary.orderNumber;
      if (number !== undefined) ids.delete(number);
      orders.delete(id);
    },
    *summaries() {
      for (const entry of orders.values()) yield entry.summary;
    },
    entries: () => orders.values(),
    entry: (id) => orders.get(id),
    nameOf: (id) => names.get(id) ?? id,
  };
}

const toFacets = (order: Order): Fields =>
  Object.fromEntries([...orderFacets].filter((name) => order[name] !== undefined).map((name) => [name, order[name]]));

function toSummary(order: Order): OrderSummary {
  return {
    id: order.id,
    ...(order.orderNumber !== undefined && { orderNumber: order.orderNumber }),
    version: order.version,
    orderState: order.orderState,
    ...(order.shipmentState !== undefined && { shipmentState: order.shipmentState }),
    ...(order.paymentState !== undefined && { paymentState: order.paymentState }),
    ...(order.custom && { custom: order.custom.fields }),
    createdAtMs: Date.parse(order.createdAt),
  };
}
