import type { OrderParts } from '@pipeline/schemas/types';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aLife, afterUpdate, aPlatformStatus, type Life, someParts } from '../testkit/index.ts';
import { toChange } from './change.ts';
import { desired } from './desired.ts';
import { evolve } from './evolve.ts';
import { type StatusPolicy, statusPresets } from './policy.ts';

const tapes = fc.array(fc.nat(60), { maxLength: 100, size: 'max' });
/** Sort keys of the inputs, some of them twice. */
const arrivals = fc.array(fc.tuple(fc.nat(1_000), fc.boolean()), { minLength: 1, maxLength: 60, size: 'max' });
const policies = fc.constantFrom<StatusPolicy>(statusPresets.docs, {
  ...statusPresets.docs,
  revertedDelivery: 'remove',
});

type Input = Parameters<typeof evolve>[1];

/** The inputs of a life, in any order, some twice. */
function shuffle({ steps }: Life, order: readonly (readonly [number, boolean])[]): Input[] {
  const all = steps.flatMap(({ input }, index) => {
    const [place, twice] = order[index % order.length] ?? [0, false];
    return [{ input, place: place + index }, ...(twice ? [{ input, place: (place * 7) % 911 }] : [])];
  });
  return all.sort((a, b) => a.place - b.place).map(({ input }) => input);
}

/** The shop's order: each article in two line items where there is more than one piece. */
const partsOfOrder = ({ ordered }: Life): OrderParts =>
  someParts({
    lines: ordered.flatMap(({ articleId, quantity }) => [
      { id: `${articleId}-a`, articleId, quantity: 1 },
      ...(quantity > 1 ? [{ id: `${articleId}-b`, articleId, quantity: quantity - 1 }] : []),
    ]),
  });

/** What the shop shows after all inputs, each written at once, as strict as a shop. */
function write(inputs: readonly Input[], parts: OrderParts, policy: StatusPolicy, check: (parts: OrderParts) => void) {
  let state: ReturnType<typeof evolve> | undefined;
  let shown = parts;
  for (const input of inputs) {
    state = evolve(state, input);
    const change = toChange({
      desired: desired(state, policy),
      written: null,
      platform: aPlatformStatus({ parts: shown }),
    });
    if (!change) continue;
    shown = afterUpdate(shown, change);
    check(shown);
  }
  return { state, shown };
}

const quantitiesOf = ({ deliveries }: OrderParts) => {
  const total = new Map<string, number>();
  for (const { lineId, quantity } of deliveries.flatMap(({ items }) => items))
    total.set(lineId, (total.get(lineId) ?? 0) + quantity);
  return total;
};

/** Which of two line items of one article a return is put to depends on what came first; how much it is does not. */
function piecesByReturn(returns: OrderParts['returns']): Record<string, number> {
  const pieces: Record<string, number> = {};
  for (const { trackingId, shipmentState, quantity } of returns) {
    const name = `${trackingId} ${shipmentState}`;
    pieces[name] = (pieces[name] ?? 0) + quantity;
  }
  return pieces;
}

test('deliveries, parcels and returns: never twice, never more than ordered, and in any order of arrival the same', () => {
  const seen = { deliveries: 0, parcels: 0, returns: 0 };
  fc.assert(
    fc.property(tapes, arrivals, policies, (tape, order, policy) => {
      const life = aLife(tape);
      const parts = partsOfOrder(life);
      const neverTooMuch = (shown: OrderParts) => {
        const delivered = quantitiesOf(shown);
        for (const { id, quantity } of parts.lines) expect(delivered.get(id) ?? 0).toBeLessThanOrEqual(quantity);
      };
      const inputs = shuffle(life, order);
      const { state, shown } = write(inputs, parts, policy, neverTooMuch);
      const end = state ?? expect.fail('no state');

      const pending = toChange({
        desired: desired(end, policy),
        written: null,
        platform: aPlatformStatus({ parts: shown }),
      });
      expect([pending?.deliveries, pending?.returns]).toEqual([undefined, undefined]);
      const once = write(
        life.steps.map(({ input }) => input),
        parts,
        policy,
        neverTooMuch,
      );
      const keysOf = desired(end, policy).deliveries?.without ?? [];
      const kept = ({ deliveries }: OrderParts) =>
        deliveries
          .filter(({ key }) => !keysOf.includes(key))
          .map((delivery) => ({ ...delivery, parcels: [...delivery.parcels].sort((a, b) => (a.key < b.key ? -1 : 1)) }))
          .sort((a, b) => (a.key < b.key ? -1 : 1));
      expect(kept(shown)).toEqual(kept(once.shown));
      if (policy.revertedDelivery === 'remove') expect(shown.deliveries).toHaveLength(kept(shown).length);
      if (life.channel === 'COLLECT') expect(shown.deliveries).toEqual([]);
      const wanted = new Set(desired(end, policy).returns.map(({ trackingId }) => trackingId));
      const returned = ({ returns }: OrderParts) =>
        piecesByReturn(returns.filter((item) => wanted.has(item.trackingId)));
      expect(returned(shown)).toEqual(returned(once.shown));
      seen.deliveries += shown.deliveries.length;
      seen.parcels += shown.deliveries.flatMap(({ parcels }) => parcels).length;
      seen.returns += shown.returns.length;
    }),
    { numRuns: 250 },
  );
  expect(Object.values(seen).every((count) => count > 10)).toBe(true);
});
