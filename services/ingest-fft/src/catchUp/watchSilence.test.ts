import { type BreakerState, PipelineError } from '@pipeline/streams';
import { expect, it } from 'vitest';
import type { DueOrder } from './openOrders.ts';
import { watchSilence } from './watchSilence.ts';

const due = (orderId: string): DueOrder => ({ orderId, processIds: ['p'], known: [], settled: [], at: 0, nth: 0 });
const asked = { outcome: 'nothing-new' as const, told: 0, refused: new Map() };

/** Lets it look around so many times; what it did, in order. Failures are by order, the first ones first. */
async function watch({
  looks,
  silent,
  failures = {},
  breaker = () => 'closed',
  isReady = () => true,
}: {
  readonly looks: number;
  readonly silent: readonly string[];
  readonly failures?: Readonly<Record<string, readonly PipelineError[]>>;
  readonly breaker?: (look: number) => BreakerState;
  readonly isReady?: (look: number) => boolean;
}): Promise<string[]> {
  const stopped = new AbortController();
  const did: string[] = [];
  const left = new Map(silent.map((orderId) => [orderId, [...(failures[orderId] ?? [])]]));
  let look = 1;
  await watchSilence(
    {
      orders: {
        due: () => [...left.keys()].map(due),
        asked: (orderId) => void left.delete(orderId),
        putOff(orderId, afterMs) {
          did.push(`put off ${orderId} ${afterMs}`);
          left.delete(orderId);
        },
      },
      ask({ orderId }) {
        did.push(`ask ${orderId}`);
        const failure = left.get(orderId)?.shift();
        return failure ? Promise.reject(failure) : Promise.resolve(asked);
      },
      breaker: {
        get state() {
          return breaker(look);
        },
      },
      isReady: () => isReady(look),
      observer: {
        asked: ({ orderId }) => void did.push(`asked ${orderId}`),
        failed: ({ orderId }, { code }, again) =>
          void did.push(`failed ${orderId} ${code}${again === 'refused' ? ' refused' : ''}`),
      },
      everyMs: 1_000,
      pause(ms) {
        did.push(`pause ${ms}`);
        if (look++ === looks) stopped.abort();
        return Promise.resolve();
      },
    },
    stopped.signal,
  );
  return did;
}

const failure = (errorClass: PipelineError['errorClass'], code: string, more: object = {}) =>
  new PipelineError(errorClass, code, 'It failed.', more);

it('asks about one silent order after the other, then looks again now and then', async () => {
  expect(await watch({ looks: 2, silent: ['a', 'b'] })).toEqual([
    ...['ask a', 'asked a', 'ask b', 'asked b', 'pause 1', 'pause 1000'],
  ]);
});

it('asks about nobody while the breaker is open, or while it does not know yet who is open', async () => {
  const breaker = (look: number) => (look < 3 ? 'open' : 'closed');
  expect(await watch({ looks: 3, silent: ['a'], breaker })).toEqual([
    ...['pause 1000', 'pause 1000', 'ask a', 'asked a', 'pause 1'],
  ]);
  const isReady = (look: number) => look === 2;
  expect(await watch({ looks: 2, silent: ['a'], isReady })).toEqual(['pause 1000', 'ask a', 'asked a', 'pause 1']);
});

it.each([
  ['called too often', failure('throttled', 'provider-throttled', { retryAfterMs: 7_000 }), 7_000],
  ['called too often, without saying for how long', failure('throttled', 'provider-throttled'), 5_000],
  ['not called while it is down', failure('transient', 'breaker-open', { retryAfterMs: 800 }), 800],
  ['not letting us in', failure('auth', 'provider-auth'), 60_000],
])('stops asking anybody when the vendor is %s, and begins with the same order', async (_, error, pauseMs) => {
  const did = await watch({ looks: 2, silent: ['a', 'b'], failures: { a: [error] } });
  expect(did).toEqual([
    ...['ask a', `failed a ${error.code}`, `pause ${pauseMs}`],
    ...['ask a', 'asked a', 'ask b', 'asked b', 'pause 1'],
  ]);
});

it('puts off an order that fails alone, and goes on with the others', async () => {
  const error = failure('transient', 'provider-unavailable');
  expect(await watch({ looks: 1, silent: ['a', 'b'], failures: { a: [error] } })).toEqual([
    ...['ask a', 'put off a 60000', 'failed a provider-unavailable', 'ask b', 'asked b', 'pause 1'],
  ]);
});

it('lets an order that is refused wait for its next turn', async () => {
  const error = failure('permanent', 'provider-id-invalid');
  expect(await watch({ looks: 2, silent: ['a'], failures: { a: [error] } })).toEqual([
    ...['ask a', 'failed a provider-id-invalid refused', 'pause 1', 'pause 1000'],
  ]);
});
