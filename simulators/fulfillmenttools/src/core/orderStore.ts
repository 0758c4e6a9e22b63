import type { Order } from './model.ts';

/** What the cloud knows about one order besides the order itself. */
export interface OrderRecord {
  /** The newest state; only this one is served by id. */
  order: Order;
  /** Recent states, oldest first: lists and searches lag behind. */
  revisions: { readonly atMs: number; readonly order: Order }[];
  readonly createdAtMs: number;
  readonly collect: boolean;
  /** The last step of its life that was made. */
  step: string;
  /** Steps that are left, the next one first. */
  ahead: readonly string[];
}

/** Orders with the indexes that keep every look-up of the API free of scans. */
export interface OrderStore {
  insert(
    order: Order,
    nowMs: number,
    life: { readonly collect: boolean; readonly ahead: readonly string[] },
  ): OrderRecord;
  /** Puts a newer state of a known order. */
  replace(order: Order, nowMs: number): void;
  get(id: string): OrderRecord | undefined;
  /** In the order of their creation. */
  all(): readonly OrderRecord[];
  positionOf(id: string): number | undefined;
  withTenantOrderId(tenantOrderId: string): readonly OrderRecord[];
  withConsumerId(consumerId: string): readonly OrderRecord[];
  /** By the value of one customAttribute of the order itself (not of its lines). */
  withAttribute(name: string, value: unknown): readonly OrderRecord[];
  /** The order that keeps this tenantOrderId from being used again. */
  holderOf(tenantOrderId: string): OrderRecord | undefined;
}

const holding = new Set(['OPEN', 'LOCKED', 'PROMISED']);

export function createOrderStore(indexLagMs: number): OrderStore {
  const ordered: OrderRecord[] = [];
  const positions = new Map<string, number>();
  const byTenantOrderId = new Map<string, OrderRecord[]>();
  const byConsumerId = new Map<string, OrderRecord[]>();
  const byAttribute = new Map<string, OrderRecord[]>();

  const get = (id: string) => {
    const at = positions.get(id);
    return at === undefined ? undefined : ordered[at];
  };

  return {
    insert(order, nowMs, life) {
      const revisions = [{ atMs: nowMs, order }];
      const record: OrderRecord = { order, revisions, createdAtMs: nowMs, step: 'ORDER_CREATED', ...life };
      positions.set(order.id, ordered.push(record) - 1);
      if (order.tenantOrderId !== undefined) append(byTenantOrderId, order.tenantOrderId, record);
      if (order.consumer.consumerId !== undefined) append(byConsumerId, order.consumer.consumerId, record);
      for (const [name, value] of Object.entries(order.customAttributes ?? {})) {
        if (typeof value !== 'object') append(byAttribute, attributeKey(name, value), record);
      }
      return record;
    },
    replace(order, nowMs) {
      const record = get(order.id);
      if (record === undefined) throw new Error(`order ${order.id} is not in the store: insert it before replacing it`);
      record.order = order;
      const settled = record.revisions.findLastIndex((revision) => revision.atMs + indexLagMs <= nowMs);
      record.revisions = [...record.revisions.slice(Math.max(settled, 0)), { atMs: nowMs, order }];
    },
    get,
    all: () => ordered,
    positionOf: (id) => positions.get(id),
    withTenantOrderId: (id) => byTenantOrderId.get(id) ?? [],
    withConsumerId: (id) => byConsumerId.get(id) ?? [],
    withAttribute: (name, value) => byAttribute.get(attributeKey(name, value)) ?? [],
    holderOf: (id) => byTenantOrderId.get(id)?.find((record) => holding.has(record.order.status)),
  };
}

/** The state that lists and searches show at this time; undefined: they do not show the order yet. */
export function indexedOrder(record: OrderRecord, nowMs: number, indexLagMs: number): Order | undefined {
  return record.revisions.findLast((revision) => revision.atMs + indexLagMs <= nowMs)?.order;
}

const attributeKey = (name: string, value: unknown) => `${name} ${JSON.stringify(value)}`;

function append<T>(index: Map<string, T[]>, key: string, value: T): void {
  const values = index.get(key);
  if (values === undefined) index.set(key, [value]);
  else values.push(value);
}
