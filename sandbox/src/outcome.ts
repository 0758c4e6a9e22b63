import type { Sandbox } from './sandbox.ts';

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
export const isComplete = (result: RunResult, count: number): boolean => shortcomings(result, count).length === 0;

/** What is not as it has to be when this many orders were placed; nothing when every order arrived, once. */
export function shortcomings(result: RunResult, count: number): string[] {
  const arrived = result.shipped + result.delivered;
  return [
    ...(arrived === count ? [] : [`${arrived} of ${count} orders were shipped or delivered`]),
    ...problemsOfAny(result, count),
  ];
}

/** What has to be in any run, wherever the orders end. `neverPlaced`: cancelled before they were. */
export function problemsOfAny(
  { orders, fftOrders, duplicates, deadLetters, replay }: RunResult,
  count: number,
  neverPlaced = 0,
): string[] {
  return [
    ...(orders === count ? [] : [`${orders} of ${count} orders were placed`]),
    ...(fftOrders - duplicates === count - neverPlaced
      ? []
      : [`${fftOrders - duplicates} of ${count - neverPlaced} orders reached fulfillmenttools`]),
    ...(duplicates === 0 ? [] : [`${duplicates} orders too many at fulfillmenttools`]),
    ...(deadLetters === 0 ? [] : [`${deadLetters} dead letters`]),
    ...(replay === undefined || replay.posts === 0
      ? []
      : [`the replay changed ${replay.posts} times something at fulfillmenttools`]),
    ...(replay === undefined || replay.updates === 0
      ? []
      : [`the replay changed ${replay.updates} times something at commercetools`]),
  ];
}
