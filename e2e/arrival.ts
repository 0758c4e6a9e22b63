import { countOutcome, type Placed, type Sandbox, watchOrders } from '@pipeline/sandbox';
import { expect } from 'vitest';

const idsOf = (placed: readonly Placed[]): ReadonlySet<string> => new Set(placed.map(({ id }) => id));

/** Waits until the orders have ended; expects each to have arrived once. */
export async function expectArrival(
  sandbox: Sandbox,
  placed: readonly Placed[],
  { timeoutMs = 120_000, deadLetters = 0 }: { timeoutMs?: number; deadLetters?: number } = {},
): Promise<void> {
  const ids = idsOf(placed);
  await watchOrders(sandbox, { ids, timeoutMs, onChange: () => undefined });
  const delivered = placed.filter(({ collect }) => collect).length;
  expect(await countOutcome(sandbox, ids)).toMatchObject({
    orders: placed.length,
    fftOrders: placed.length,
    duplicates: 0,
    shipped: placed.length - delivered,
    delivered,
    deadLetters,
  });
}

/** Orders of these that fulfillmenttools has. */
export async function countAtProvider({ fulfillmenttools }: Sandbox, placed: readonly Placed[]): Promise<number> {
  const ids = idsOf(placed);
  return (await fulfillmenttools.orders()).filter(({ commercetoolsOrderId: id }) => id !== null && ids.has(id)).length;
}

/** Every notification that the simulators have sent was taken at the first try. */
export async function expectLandedAtOnce({ commercetools, fulfillmenttools }: Sandbox): Promise<void> {
  for (const api of [commercetools, fulfillmenttools]) {
    await expect.poll(() => api.deliveries()).toMatchObject({ retried: 0, pending: 0 });
  }
}
