import type { LifeName } from '../life/lives.ts';
import type { Parts } from '../life/stage.ts';
import type { LifeStep } from '../life/step.ts';
import type { Order } from './model.ts';
import type { Random } from './random.ts';

/** How an order lives. */
export interface LifeOfOrder {
  readonly collect: boolean;
  /** Does its parcel arrive, too? */
  readonly tracking: boolean;
  life: LifeName;
  /** Steps that are left, the next one first. */
  ahead: readonly LifeStep[];
  /** Ids of what its steps have made. */
  parts: Parts;
  /** Its own, so that what other orders do has no say in it. */
  readonly random: Random;
  /** Pause between two steps (Default: the option stepMs). */
  stepMs?: number;
  /** A call cancelled it: before its life was over, or when nothing was left to come. */
  cancelledByCall?: 'early' | 'afterwards';
}

/** What the cloud knows about one order besides the order itself. */
export interface OrderRecord extends LifeOfOrder {
  /** The newest state; only this one is served by id. */
  order: Order;
  /** Recent states, oldest first: lists and searches lag behind. */
  revisions: { readonly atMs: number; readonly order: Order }[];
  readonly createdAtMs: number;
  /** Since when it is deleted: the read by id is a 404 at once, lists show it until they know. */
  removedAtMs?: number;
  /** The last step of its life that was made. */
  step: string;
}

/** Orders with the indexes that keep every look-up of the API free of scans. */
export interface OrderStore {
  insert(order: Order, nowMs: number, life: LifeOfOrder): OrderRecord;
  /** Puts a newer state of a known order. */
  replace(order: Order, nowMs: number): void;
  /** Deletes a known order. Its id stays a valid place to continue a list from. */
  remove(id: string, nowMs: number): void;
  get(id: string): OrderRecord | undefined;
  /** In the order of their creation, those that are deleted too. */
  all(): readonly OrderRecord[];
  positionOf(id: string): number | undefined;
  withTenantOrderId(tenantOrderId: string): readonly OrderRecord[];
  withConsumerId(consumerId: string): readonly OrderRecord[];
  /** By the value of one customAttribute of the order itself (not of its lines). */
  withAttribute(name: string, value: unknown): readonly OrderRecord[];
  /** The order that at this time kept this tenantOrderId from being used again. */
  holderOf(tenantOrderId: string, atMs: number): Order | undefined;
}

const holding = new Set(['OPEN', 'LOCKED', 'PROMISED']);

/** `keepMs` says how old the states are that readers may still ask for. */
export function createOrderStore(keepMs: () => number): OrderStore {
  const ordered: OrderRecord[] = [];
  const positions = new Map<string, number>();
  const byTenantOrderId = new Map<string, Set<OrderRecord>>();
  const byConsumerId = new Map<string, Set<OrderRecord>>();
  const byAttribute = new Map<string, Set<OrderRecord>>();

  const get = (id: string) => {
    const record = ordered[positions.get(id) ?? -1];
    return record?.removedAtMs === undefined ? record : undefined;
  };

  /** Former values keep leading here: lists that lag may still show them, and look at the state that they show. */
  const index = (record: OrderRecord) => {
    const { tenantOrderId, consumer, customAttributes = {} } = record.order;
    if (tenantOrderId !== undefined) append(byTenantOrderId, tenantOrderId, record);
    if (consumer.consumerId !== undefined) append(byConsumerId, consumer.consumerId, record);
    for (const [name, value] of Object.entries(customAttributes)) {
      if (typeof value !== 'object') append(byAttribute, attributeKey(name, value), record);
    }
  };

  const known = (id: string) => {
    const record = get(id);
    if (record === undefined) throw new Error(`order ${id} is not in the store: insert it before changing it`);
    return record;
  };

  return {
    insert(order, nowMs, life) {
      const revisions = [{ atMs: nowMs, order }];
      const record: OrderRecord = { order, revisions, createdAtMs: nowMs, step: 'ORDER_CREATED', ...life };
      positions.set(order.id, ordered.push(record) - 1);
      index(record);
      return record;
    },
    replace(order, nowMs) {
      const record = known(order.id);
      record.order = order;
      const settled = record.revisions.findLastIndex((revision) => revision.atMs + keepMs() <= nowMs);
      record.revisions = [...record.revisions.slice(Math.max(settled, 0)), { atMs: nowMs, order }];
      index(record);
    },
    remove(id, nowMs) {
      known(id).removedAtMs = nowMs;
    },
    get,
    all: () => ordered,
    positionOf: (id) => positions.get(id),
    withTenantOrderId: (id) => [...(byTenantOrderId.get(id) ?? [])],
    withConsumerId: (id) => [...(byConsumerId.get(id) ?? [])],
    withAttribute: (name, value) => [...(byAttribute.get(attributeKey(name, value)) ?? [])],
    holderOf: (id, atMs) =>
      [...(byTenantOrderId.get(id) ?? [])]
        .flatMap((record) => orderAt(record, atMs) ?? [])
        .find((order) => order.tenantOrderId === id && holding.has(order.status)),
  };
}

/** The state that lists and searches show at this time; undefined: they do not show the order, not yet or no more. */
export const indexedOrder = (record: OrderRecord, nowMs: number, indexLagMs: number): Order | undefined =>
  orderAt(record, nowMs - indexLagMs);

/** The state at a time; the oldest that is kept stands for those before it. */
function orderAt({ createdAtMs, removedAtMs, revisions }: OrderRecord, atMs: number): Order | undefined {
  if (createdAtMs > atMs || (removedAtMs !== undefined && removedAtMs <= atMs)) return undefined;
  return (revisions.findLast((revision) => revision.atMs <= atMs) ?? revisions[0])?.order;
}

const attributeKey = (name: string, value: unknown) => `${name} ${JSON.stringify(value)}`;

function append(index: Map<string, Set<OrderRecord>>, key: string, record: OrderRecord): void {
  const records = index.get(key);
  if (records === undefined) index.set(key, new Set([record]));
  else records.add(record);
}
