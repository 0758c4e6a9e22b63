import { currentPlacement, notApplied } from '@pipeline/fulfillment';
import { anOrder } from '@pipeline/fulfillment/testkit';
import type { CommerceOrderEvent, OrderSnapshot } from '@pipeline/schemas';
import { PipelineError } from '@pipeline/streams';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Answer } from '../testing/fakeProvider.ts';
import { confirmed, startRouter, theOrder } from '../testing/router.ts';

const home = anOrder().shippingAddress ?? expect.unreachable();
const cities = ['Köln', 'Bonn', 'Ulm'] as const;
const at = (city: string, version: number, over: Partial<OrderSnapshot> = {}): OrderSnapshot =>
  theOrder({ version, shippingAddress: { ...home, city }, ...over });

const answers: readonly Answer[] = ['created', 'answer-lost', 'late', 'lost-before', 'throttled', 'crash-after'];
/** What goes wrong with a request to change the order. */
const mishaps = [
  'none',
  'lost-before',
  'lost-after',
  'version-moved',
  'throttled',
  'crash-before',
  'crash-after',
  'record-committed',
  'record-not-committed',
  'too-late',
] as const;
type Mishap = (typeof mishaps)[number];
/** What happens between two deliveries. */
const breaks = ['none', 'restart', 'claim-anew', 'stale-snapshot', 'no-snapshot'] as const;

const failing = (errorClass: PipelineError['errorClass']) => () => new PipelineError(errorClass, 'x', 'x');

/** Counts requests that were accepted and changed nothing. */
function misbehave({ provider, tester, clock }: ReturnType<typeof startRouter>, script: readonly Mishap[]) {
  const repeated = { count: 0 };
  const coming = [...script];
  const { amendOrder } = provider;
  let mishap: Mishap = 'none';
  tester.beforeEffect = () => {
    mishap = coming.shift() ?? 'none';
    if (mishap === 'record-committed') tester.loseNextAppend('committed');
    if (mishap === 'record-not-committed') tester.loseNextAppend('not-committed');
    if (mishap === 'too-late') clock.advance(5_001);
  };
  provider.amendOrder = async (comparison, permit) => {
    if (mishap === 'crash-before') return tester.crash();
    if (mishap === 'lost-before') provider.amendFailures.push(failing('unknown-outcome'));
    if (mishap === 'throttled') provider.amendFailures.push(failing('throttled'));
    if (mishap === 'version-moved') provider.touch(comparison.providerOrderId);
    const after = mishap;
    const city = () => provider.orders[0]?.content?.shippingAddress?.city;
    const before = city();
    const done = await amendOrder(comparison, permit);
    if (city() === before) repeated.count += 1;
    if (after === 'lost-after') throw failing('unknown-outcome')();
    return after === 'crash-after' ? tester.crash() : done;
  };
  return repeated;
}

test('whatever fails, and in whichever order it is told, the provider ends with the newest address wherever it takes one', async () => {
  const reached = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        answers: fc.array(fc.constantFrom(...answers), { maxLength: 3 }),
        mishaps: fc.array(fc.constantFrom(...mishaps), { maxLength: 5 }),
        /** Of version 6, 7 and so on; the order is confirmed at 5. */
        towns: fc.array(fc.constantFrom(...cities), { minLength: 1, maxLength: 4 }),
        cancelled: fc.constantFrom(false, false, true),
        handedOverBefore: fc.option(fc.nat(10), { freq: 3 }),
        lots: fc.array(fc.nat(), { minLength: 16, maxLength: 16 }),
        breaks: fc.array(fc.constantFrom(...breaks), { minLength: 16, maxLength: 16 }),
      }),
      async (given) => {
        const router = startRouter();
        const { provider, tester, shop, deliver } = router;
        provider.script.push(...given.answers);
        const repeated = misbehave(router, given.mishaps);
        const newest = 5 + given.towns.length;
        const last = given.towns.at(-1) ?? '';
        const end = newest + 1;
        // What the shop answers when it is read: the order as it is in the end.
        shop.order = given.cancelled ? at(last, end, { orderState: 'Cancelled' }) : at(last, newest);
        const confirmation = confirmed({ order: at('Köln', 5) });
        const told: CommerceOrderEvent[] = [
          ...given.towns.map((city, index) =>
            confirmed({ type: 'OrderAmended', orderVersion: 6 + index, order: at(city, 6 + index) }),
          ),
          ...(given.cancelled ? [confirmed({ type: 'OrderCancelled', orderVersion: end, order: null })] : []),
        ];
        const shuffled = [...told, ...told, confirmation]
          .map((event, index) => ({ event, lot: given.lots[index] ?? 0 }))
          .sort((a, b) => a.lot - b.lot)
          .map(({ event }) => event);
        const sequence = [...shuffled, confirmation, ...told];
        for (const [index, event] of sequence.entries()) {
          if (index === given.handedOverBefore)
            provider.orders.forEach((_, n) => provider.handedOver.add(`fft-${n + 1}`));
          const between = given.breaks[index % given.breaks.length];
          if (between === 'restart') tester.restart();
          if (between === 'claim-anew') tester.claimAnew();
          const snapshot =
            between === 'stale-snapshot' && event.order
              ? { order: { ...event.order, readAt: 0 } }
              : between === 'no-snapshot'
                ? { order: null, snapshotIncluded: false }
                : {};
          await deliver({ ...event, ...snapshot });
        }
        expect(provider.orders.length).toBeLessThanOrEqual(1);
        expect(tester.letters).toEqual([]);
        const [made] = provider.orders;
        const placement = currentPlacement(tester.state);
        if (given.cancelled) {
          expect(made?.order.status ?? 'CANCELLED').toBe('CANCELLED');
          reached.add('cancelled');
        } else {
          expect(made).toBeDefined();
          const shown = made?.content?.shippingAddress?.city;
          const open = placement ? notApplied(placement) : [];
          if (provider.handedOver.size === 0) expect([shown, open]).toEqual([last, []]);
          // Refused, and it says so: nobody takes the address for the newest.
          if (shown !== last) expect(open).toEqual([{ part: 'address', reason: 'amend-refused' }]);
          reached.add(shown === last ? 'applied' : 'refused');
        }
        // One change, one request that is accepted.
        expect(repeated.count).toBe(0);
        const effects = tester.effects.length;
        tester.restart();
        for (const event of [confirmation, ...told]) await deliver(event);
        expect(tester.effects).toHaveLength(effects);
      },
    ),
    { numRuns: 400 },
  );
  expect([...reached].sort()).toEqual(['applied', 'cancelled', 'refused']);
});
