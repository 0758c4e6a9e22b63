import type { OrderFacts } from './orderFacts.ts';
import { afterTheEnd, type Ask, nextAsk, type SilencePolicy } from './silence.ts';

/** An order that is to be asked about. */
export interface DueOrder extends Pick<OrderFacts, 'processIds' | 'known' | 'settled'>, Ask {
  readonly orderId: string;
}

/**
 * The open orders of this process's partitions, in memory only: about 700 bytes each (measured, with the ten entities of
 * a usual order).
 */
export interface OpenOrders {
  /** The order's newest state; undefined: it is not open (any more). */
  put(orderId: string, facts: OrderFacts | undefined): void;
  /** Something was heard of it at this time, milliseconds since the epoch, as Kafka took it. */
  heard(orderId: string, at: number): void;
  /** The partition is another's. */
  lose(partition: number): void;
  /** Those whose time has come, the most overdue first. */
  due(limit: number): DueOrder[];
  /** It was asked about now. */
  asked(orderId: string): void;
  /** It could not be asked about: not before so long. Milliseconds. */
  putOff(orderId: string, afterMs: number): void;
  /** How long the most overdue order has been that, milliseconds; as of the last `due`. */
  readonly overdueMs: number;
  readonly size: number;
}

export interface OpenOrdersOptions {
  readonly policy: SilencePolicy;
  readonly maxOrders: number;
  /** An order found no room. */
  readonly onLeftOut: () => void;
  readonly partitionOf: (orderId: string) => number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

interface OpenOrder {
  facts: OrderFacts;
  heardAt: number;
  /** Asks up to then are done. */
  askedAt: number;
  /** Follows from these two. */
  ask: Ask | undefined;
  /** It could not be asked about before. */
  notBefore: number;
}

export function createOpenOrders({ policy, maxOrders, onLeftOut, partitionOf, now }: OpenOrdersOptions): OpenOrders {
  const orders = new Map<string, OpenOrder>();
  let overdueMs = 0;

  const leftPolicy = afterTheEnd(policy);
  const policyOf = ({ hasLeft }: OrderFacts): SilencePolicy => (hasLeft ? leftPolicy : policy);
  const isGivenUp = (heardAt: number, facts: OrderFacts): boolean => heardAt + policyOf(facts).giveUpMs < now();

  function set(orderId: string, order: Omit<OpenOrder, 'ask'>): void {
    const { facts, heardAt, askedAt } = order;
    orders.set(orderId, { ...order, ask: nextAsk({ orderId, heardAt, after: askedAt }, policyOf(facts)) });
  }

  return {
    put(orderId, facts) {
      const known = orders.get(orderId);
      // A vendor's clock may be ahead of ours.
      const changedAt = Math.min(facts?.changedAt ?? 0, now());
      const heardAt = Math.max(known?.heardAt ?? 0, changedAt);
      if (facts === undefined || isGivenUp(heardAt, facts)) orders.delete(orderId);
      else if (known) set(orderId, { ...known, facts, heardAt });
      else if (orders.size >= maxOrders) onLeftOut();
      // What was due earlier is left to whoever had the order then, or to its next turn: a new owner of many orders must
      // not ask about all of them at once.
      else set(orderId, { facts, heardAt, askedAt: now() - policy.silenceMs, notBefore: 0 });
    },
    heard(orderId, at) {
      const order = orders.get(orderId);
      const heardAt = Math.min(at, now());
      if (order && heardAt > order.heardAt) set(orderId, { ...order, heardAt });
    },
    lose(partition) {
      for (const orderId of orders.keys()) if (partitionOf(orderId) === partition) orders.delete(orderId);
    },
    due(limit) {
      const moment = now();
      // Of a hundred thousand after an outage, only the first are worth being sorted.
      const first: { readonly orderId: string; readonly facts: OrderFacts; readonly ask: Ask }[] = [];
      for (const [orderId, { facts, heardAt, ask, notBefore }] of orders) {
        if (!ask || isGivenUp(heardAt, facts)) orders.delete(orderId);
        else if (ask.at <= moment && notBefore <= moment) {
          const last = first.at(-1);
          if (first.length >= limit && last && last.ask.at <= ask.at) continue;
          first.splice(first.findLastIndex((other) => other.ask.at <= ask.at) + 1, 0, { orderId, facts, ask });
          if (first.length > limit) first.pop();
        }
      }
      overdueMs = first[0] ? moment - first[0].ask.at : 0;
      return first.map(({ orderId, facts, ask }) => ({ orderId, ...facts, ...ask }));
    },
    asked(orderId) {
      const order = orders.get(orderId);
      if (order) set(orderId, { ...order, askedAt: now() });
    },
    putOff(orderId, afterMs) {
      const order = orders.get(orderId);
      if (order) order.notBefore = now() + afterMs;
    },
    get overdueMs() {
      return overdueMs;
    },
    get size() {
      return orders.size;
    },
  };
}
