import { setTimeout as sleep } from 'node:timers/promises';
import { topics } from '@pipeline/schemas';
import { aDemoOrder } from './demoOrders.ts';
import { serviceNames } from './environment.ts';
import type { Sandbox } from './sandbox.ts';
import type { SimulatedOrder } from './simulatorApi.ts';

export interface RunResult {
  readonly orders: number;
  readonly fftOrders: number;
  /** fulfillmenttools orders ever accepted, minus distinct commercetools orders among them. */
  readonly duplicates: number;
  readonly shipped: number;
  readonly delivered: number;
  readonly deadLetters: number;
  /** From the notification that was sent to the fulfillmenttools order that was stored; null: no order arrived. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly replay?: ReplayResult;
}

/** Calls that created or changed anything, at either vendor, while every topic was read again from the beginning. */
export interface ReplayResult {
  readonly posts: number;
  readonly updates: number;
}

export interface Placed {
  readonly id: string;
  readonly orderNumber: string;
  readonly collect: boolean;
}

/** Places orders at this rate and confirms those that begin as Open. */
export async function placeOrders(
  sandbox: Sandbox,
  { count, perSecond, run }: { count: number; perSecond: number; run: string },
): Promise<Placed[]> {
  const startedAt = performance.now();
  const placed: Promise<Placed>[] = [];
  for (let index = 0; index < count; index++) {
    await sleep(Math.max(0, startedAt + (index * 1_000) / perSecond - performance.now()));
    placed.push(placeOrder(sandbox, index, run));
  }
  return Promise.all(placed);
}

async function placeOrder({ commercetools }: Sandbox, index: number, run: string): Promise<Placed> {
  const order = aDemoOrder(index, run);
  const created = await commercetools.createOrder(order.body);
  if (order.confirmLater) await commercetools.confirm(created);
  return { id: created.id, orderNumber: order.orderNumber, collect: order.collect };
}

const endStates: readonly (string | undefined)[] = ['Shipped', 'Delivered'];

/**
 * Watches the orders until each has ended or the time is up; tells every change of one. Resolves with whether all ended.
 */
export async function watchOrders(
  { commercetools }: Sandbox,
  {
    ids,
    timeoutMs,
    onChange,
    signal,
  }: { ids: ReadonlySet<string>; timeoutMs: number; onChange: (order: SimulatedOrder) => void; signal?: AbortSignal },
): Promise<boolean> {
  const seen = new Map<string, string>();
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline && !signal?.aborted) {
    const orders = (await commercetools.orders()).filter(({ id }) => ids.has(id));
    for (const order of orders) {
      const look = JSON.stringify([order.orderState, order.shipmentState, order.custom?.['fft_order_id']]);
      if (seen.get(order.id) === look) continue;
      seen.set(order.id, look);
      onChange(order);
    }
    const allEnded =
      orders.length === ids.size && orders.every(({ shipmentState }) => endStates.includes(shipmentState));
    if (allEnded) return true;
    await sleep(250, undefined, signal ? { signal } : {}).catch(() => undefined);
  }
  return false;
}

/** Counts what became of the orders, at both vendors. */
export async function countOutcome(
  { commercetools, fulfillmenttools, kafka }: Sandbox,
  ids: ReadonlySet<string>,
): Promise<RunResult> {
  const orders = (await commercetools.orders()).filter(({ id }) => ids.has(id));
  const fftOrders = (await fulfillmenttools.orders()).filter(
    ({ commercetoolsOrderId }) => commercetoolsOrderId !== null && ids.has(commercetoolsOrderId),
  );
  const distinct = new Set(fftOrders.map(({ commercetoolsOrderId }) => commercetoolsOrderId));
  const sentAt = await commercetools.confirmedSentAt();
  const latencies = fftOrders
    .flatMap(({ commercetoolsOrderId, createdAtMs }) => {
      const sent = sentAt.get(commercetoolsOrderId ?? '');
      return sent === undefined ? [] : [createdAtMs - sent];
    })
    .sort((a, b) => a - b);
  const percentile = (share: number): number | null =>
    latencies[Math.max(0, Math.ceil(latencies.length * share) - 1)] ?? null;
  return {
    orders: orders.length,
    fftOrders: fftOrders.length,
    duplicates: fftOrders.length - distinct.size,
    shipped: orders.filter(({ shipmentState }) => shipmentState === 'Shipped').length,
    delivered: orders.filter(({ shipmentState }) => shipmentState === 'Delivered').length,
    deadLetters: await kafka.deadLetters(),
    p50Ms: percentile(0.5),
    p99Ms: percentile(0.99),
  };
}

/** true: every order arrived, once, and nothing was buried. */
export function isComplete(result: RunResult, count: number): boolean {
  const { orders, fftOrders, duplicates, shipped, delivered, deadLetters, replay } = result;
  const arrived = orders === count && fftOrders === count && shipped + delivered === count;
  const quiet = replay === undefined || (replay.posts === 0 && replay.updates === 0);
  return arrived && duplicates === 0 && deadLetters === 0 && quiet;
}

/** What each service reads, without topics whose last message may be a transaction's marker, which nobody commits. */
const sources = {
  'ingest-ct': [topics.commercetoolsNotifications.name],
  'order-router': [topics.commerceOrders.name],
  'ingest-fft': [topics.fulfillmenttoolsNotifications.name],
  'status-writer': [topics.fulfillmentEvents.name],
} as const;

/** Starts the services again in new groups, lets them read everything, and counts what they changed meanwhile: nothing, hopefully. */
export async function replayAll(
  sandbox: Sandbox,
  { groupPrefix, timeoutMs }: { groupPrefix: string; timeoutMs: number },
): Promise<ReplayResult> {
  const { commercetools, fulfillmenttools, kafka } = sandbox;
  const before = { posts: await fulfillmenttools.effects(), updates: await commercetools.effects() };
  const services = await sandbox.restartWithGroups(groupPrefix);
  const deadline = Date.now() + timeoutMs;
  // What one service publishes the next one reads: done is when all have been at the end for a while.
  for (let quietChecks = 0; quietChecks < 4; ) {
    if (Date.now() > deadline)
      throw new Error(`The replay did not reach the end of its topics within ${timeoutMs / 1_000} s.`);
    await sleep(500);
    let open = 0;
    for (const name of serviceNames) {
      open += await kafka.lag(`${groupPrefix}${name}`, sources[name]);
      open += await unfinished(services[name].opsUrl);
    }
    quietChecks = open === 0 ? quietChecks + 1 : 0;
  }
  return {
    posts: (await fulfillmenttools.effects()) - before.posts,
    updates: (await commercetools.effects()) - before.updates,
  };
}

async function unfinished(opsUrl: string): Promise<number> {
  const text = await (await fetch(`${opsUrl}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith('pipeline_buffered_records'))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
