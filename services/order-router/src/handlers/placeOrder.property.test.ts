import { currentPlacement, dividedInto, entryForTarget } from '@pipeline/fulfillment';
import { PipelineError } from '@pipeline/streams';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Answer } from '../testing/fakeProvider.ts';
import { confirmed, severalTargets, startRouter, theOrder } from '../testing/router.ts';

const answers: readonly Answer[] = [
  'created',
  'answer-lost',
  'late',
  'lost-before',
  'refused',
  'unmappable',
  'defect',
  'unauthorized',
  'throttled',
  'unreachable',
  'crash-before',
  'crash-after',
];

/** What happens just before a request is sent. */
const mishaps = ['none', 'none', 'lose-committed', 'lose-not-committed', 'too-late', 'drain'] as const;
/** What happens between two deliveries. */
const breaks = ['none', 'restart', 'claim-anew', 'redrive'] as const;

const searchFailures = (count: number) =>
  Array.from({ length: count }, () => new PipelineError('transient', 'provider-unavailable', 'down'));

test.each([
  ['order', theOrder(), ['4711']],
  ['order of two targets', severalTargets(), ['4711-home', '4711-work']],
])(
  'whatever the provider answers and whenever processes die, it never accepts two requests for one %s',
  async (_, order, ids) => {
    const reached = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...answers), { maxLength: 6 }),
        fc.array(fc.constantFrom(...mishaps), { maxLength: 6 }),
        fc.array(fc.constantFrom(...breaks), { minLength: 1, maxLength: 4 }),
        fc.constantFrom(0, 0.1, 0.5, 0.9, 1),
        fc.nat(3),
        async (script, before, deliveries, lateness, failures) => {
          const { provider, tester, clock, shop, deliver } = startRouter();
          shop.order = order;
          provider.script.push(...script);
          provider.lateness = lateness;
          provider.searchFailures.push(...searchFailures(failures));
          const { findOrders } = provider;
          provider.findOrders = (...args) => {
            clock.setWall(lateness * 3_600_000);
            return findOrders(...args);
          };
          const queue = [...before];
          tester.beforeEffect = () => {
            const mishap = queue.shift() ?? 'none';
            if (mishap === 'lose-committed') tester.loseNextAppend('committed');
            if (mishap === 'lose-not-committed') tester.loseNextAppend('not-committed');
            if (mishap === 'too-late') clock.advance(5_001);
            if (mishap === 'drain') tester.drainOnce();
          };
          for (const [index, between] of deliveries.entries()) {
            if (between === 'restart') tester.restart();
            if (between === 'claim-anew') tester.claimAnew();
            await deliver(confirmed({ order }), between === 'redrive' ? { 'redrive-id': `redrive-${index}` } : {});
          }
          const { state } = tester;
          const targets = dividedInto(state);
          const parts = state && targets.length > 0 ? targets.map((target) => entryForTarget(state, target)) : [state];
          const placements = parts.map((part) => currentPlacement(part));
          for (const [index, id] of ids.entries()) {
            const placement = placements[index];
            reached.add(placement?.status ?? 'none');
            const accepted = provider.orders.filter((each) => each.order.tenantOrderId === id);
            expect(accepted.length).toBeLessThanOrEqual(1);
            expect(placement?.providerOrderId ?? undefined).toBe(accepted[0]?.order.providerOrderId);
            expect(placement?.status).toBe(accepted.length > 0 ? 'placed' : 'rejected');
          }
          expect(placements).toHaveLength(ids.length);
        },
      ),
      { numRuns: 1_000 },
    );
    expect([...reached].sort()).toEqual(['placed', 'rejected']);
  },
);
