import {
  createCatchUpTurns,
  createFulfillmenttoolsReads,
  type CallRequest,
  readProcess,
  takingTurns,
} from '@pipeline/provider-fulfillmenttools';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { inTurn } from './inTurn.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const nobody = new AbortController().signal;

/** A fulfillmenttools that has everything, and notes when it is asked, in milliseconds. */
function start() {
  const began = performance.now();
  const madeAt: number[] = [];
  let inPlaces = 0;
  const client = {
    call({ path }: CallRequest) {
      madeAt.push(performance.now() - began);
      const id = path.split('/')[3] ?? '';
      return Promise.resolve({ status: 200, body: { id, version: 1, orderRef: `order-of-${id}`, total: 2 } });
    },
  };
  const context = (signal = nobody) => ({
    signal,
    read<Result>(_what: unknown, call: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
      inPlaces++;
      signal.throwIfAborted();
      return call(signal);
    },
  });
  return { client, madeAt, context, places: () => inPlaces };
}

it('spaces all calls of a process for a catch-up: who asks about orders, and who makes events of what was landed', async () => {
  const { client, madeAt, context } = start();
  const turns = createCatchUpTurns();
  const asking = ['p-1', 'p-2'].map((processId) =>
    readProcess(takingTurns(client, turns), { processId, isSettled: () => false, signal: nobody }),
  );
  const making = ['p-3', 'p-4'].map((id) => {
    const reads = createFulfillmenttoolsReads({
      client: inTurn(client, { turns, context: context(), stopping: nobody }),
    });
    return Promise.all([reads.readProcessOrderId(id, nobody), reads.getLoadUnitsAmount(id, nobody)]);
  });
  await vi.advanceTimersByTimeAsync(60_000);
  await Promise.all([...asking, ...making]);
  expect(madeAt).toEqual(Array.from({ length: 10 }, (_, n) => n * 500));
});

it('takes a place only when its turn has come', async () => {
  const { client, context, places } = start();
  const turns = createCatchUpTurns();
  const { call } = inTurn(client, { turns, context: context(), stopping: nobody });
  const calls = [1, 2, 3].map((n) => call({ method: 'GET', path: `/api/orders/${n}`, write: false, signal: nobody }));
  await vi.advanceTimersByTimeAsync(499);
  expect(places()).toBe(1);
  await vi.advanceTimersByTimeAsync(501);
  await Promise.all(calls);
  expect(places()).toBe(3);
});

it('asks nothing for those who still wait when the process stops, or when their partition is lost', async () => {
  const { client, madeAt, context } = start();
  const [stopping, lost] = [new AbortController(), new AbortController()];
  const turns = createCatchUpTurns();
  const { call } = inTurn(client, { turns, context: context(lost.signal), stopping: stopping.signal });
  const ask = () =>
    call({ method: 'GET', path: '/api/orders/o', write: false, signal: nobody }).catch((error: unknown) => error);
  const [, second] = [ask(), ask()];
  stopping.abort();
  expect(await second).toMatchObject({ errorClass: 'transient', code: 'draining', notSent: true });
  const other = inTurn(client, { turns, context: context(lost.signal), stopping: nobody });
  const third = other.call({ method: 'GET', path: '/api/orders/o', write: false, signal: nobody });
  lost.abort(new Error('partition lost'));
  await expect(third).rejects.toThrow('partition lost');
  expect(madeAt).toEqual([0]);
});
