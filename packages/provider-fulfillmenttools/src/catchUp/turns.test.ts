import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { CallRequest } from '../http/client.ts';
import { liveProcess } from '../testing/livedProcess.ts';
import { readProcess } from './readProcess.ts';
import { createCatchUpTurns, takingTurns } from './turns.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Orders of which all was picked and handed over, read side by side: when each call was made, in milliseconds. */
async function readSideBySide(seeds: readonly number[], maxPerSecond?: number) {
  const began = performance.now();
  const madeAt: number[] = [];
  const paths: string[] = [];
  const turns = createCatchUpTurns(maxPerSecond === undefined ? {} : { maxPerSecond });
  const { signal } = new AbortController();
  const reading = Promise.all(
    seeds.map((seed) => {
      const { client, processId } = liveProcess({ life: 'split', kind: 'DELIVERY', options: { seed } });
      const counted = {
        async call(request: CallRequest) {
          madeAt.push(performance.now() - began);
          paths.push(request.path);
          return client.call(request);
        },
      };
      return readProcess(takingTurns(counted, turns), { processId, isSettled: () => false, signal });
    }),
  );
  await vi.advanceTimersByTimeAsync(120_000);
  const calls = (await reading).reduce((sum, each) => sum + (each?.calls ?? 0), 0);
  return { madeAt, paths, calls };
}

it('lets every read of all orders together begin in its turn, two in a second, those for load units too', async () => {
  const { madeAt, paths, calls } = await readSideBySide([1, 2, 3]);
  expect(paths.filter((path) => path.endsWith('/loadunits')).length).toBeGreaterThan(3);
  expect(madeAt).toEqual(Array.from({ length: calls }, (_, n) => n * 500));
});

it('takes another rate that was agreed on', async () => {
  const { madeAt, calls } = await readSideBySide([1, 2], 10);
  expect(madeAt).toEqual(Array.from({ length: calls }, (_, n) => n * 100));
});

it('hands a call on that was given up while it waited, so that the client sees it and sends nothing', async () => {
  const given = new AbortController();
  const aborted: boolean[] = [];
  const answer = ({ signal }: CallRequest) => {
    aborted.push(signal.aborted);
    return Promise.resolve({ status: 200, body: {} });
  };
  const { call } = takingTurns({ call: answer }, createCatchUpTurns());
  const ask = (signal: AbortSignal) => call({ method: 'GET', path: '/api/orders/o', write: false, signal });
  const asked = [ask(given.signal), ask(given.signal), ask(new AbortController().signal)];
  given.abort(new Error('given up'));
  await vi.advanceTimersByTimeAsync(1_000);
  await Promise.all(asked);
  expect(aborted).toEqual([false, true, false]);
});
