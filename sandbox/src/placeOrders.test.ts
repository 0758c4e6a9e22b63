import { expect, test } from 'vitest';
import { placeOrders } from './placeOrders.ts';
import type { Sandbox } from './sandbox.ts';

let made = 0;
const sandboxWith = (createOrder: () => Promise<unknown>, confirm = () => Promise.resolve()): Sandbox =>
  ({ commercetools: { createOrder, confirm } }) as unknown as Sandbox;
const created = () => Promise.resolve({ id: `id-${++made}`, version: 1 });

test('tells each order as it exists', async () => {
  const told: string[] = [];

  const placed = await placeOrders(sandboxWith(created), {
    count: 4,
    perSecond: 10_000,
    run: 'R',
    onPlaced: ({ orderNumber }) => told.push(orderNumber),
  });

  expect(told).toEqual(['R-00001', 'R-00002', 'R-00003', 'R-00004']);
  expect(placed.map(({ collect }) => collect)).toEqual([false, true, false, true]);
});

test('an abort ends it with its reason, after the call that is open', async () => {
  const told = new AbortController();
  const { promise: called, resolve: call } = Promise.withResolvers<void>();
  const { promise: open, resolve: answer } = Promise.withResolvers<unknown>();
  let over = false;
  const sandbox = sandboxWith(() => (call(), open));
  const outcome = placeOrders(sandbox, { count: 2, perSecond: 0.1, run: 'R', signal: told.signal })
    .catch((error: unknown) => error)
    .finally(() => (over = true));
  await called;

  told.abort(new Error('Told to stop'));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(over).toBe(false);
  answer({ id: 'id', version: 1 });

  expect(await outcome).toEqual(new Error('Told to stop'));
});

test('a refusal while others are still to be placed is the error, not an unhandled one', async () => {
  let calls = 0;
  const refusing = sandboxWith(() => (++calls === 1 ? Promise.reject(new Error('refused')) : created()));

  await expect(placeOrders(refusing, { count: 3, perSecond: 100, run: 'R' })).rejects.toThrow('refused');
  expect(calls).toBe(3);
});
