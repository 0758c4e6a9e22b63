import fc from 'fast-check';
import { expect, test } from 'vitest';
import { afterUpdate, someParts } from '../testkit/index.ts';
import { type DesiredReturn, planReturns } from './returns.ts';

const lines = [
  { id: 'line-a', articleId: 'sku-1', quantity: 1 },
  { id: 'line-b', articleId: 'sku-1', quantity: 2 },
];
const back = (trackingId: string, quantity: number, over: Partial<DesiredReturn> = {}): DesiredReturn => ({
  ...{ trackingId, articleId: 'sku-1', quantity, shipmentState: 'Advised' },
  ...over,
});
const sorted = (returns: readonly DesiredReturn[]) =>
  [...returns].sort((a, b) => (a.trackingId < b.trackingId ? -1 : 1));

/** What the shop shows after each of these was desired. */
const writeAll = (wanted: readonly (readonly DesiredReturn[])[], parts = someParts({ lines })) =>
  wanted.reduce((shown, returns) => afterUpdate(shown, { returns: planReturns(returns, shown) }), parts);

const sums = <Key extends 'trackingId' | 'lineId'>(by: Key, returns: ReturnType<typeof writeAll>['returns']) => {
  const total: Record<string, number> = {};
  for (const item of returns) total[item[by] ?? ''] = (total[item[by] ?? ''] ?? 0) + item.quantity;
  return total;
};

test('the second return of an article that comes first is not added again when the first one comes', () => {
  const { returns } = writeAll([[back('return-2', 1)], [back('return-1', 1), back('return-2', 1)]]);
  expect(sums('trackingId', returns)).toEqual({ 'return-1': 1, 'return-2': 1 });
  expect(sums('lineId', returns)).toEqual({ 'line-a': 1, 'line-b': 1 });
});

test('a return that has come is raised where it is, not where it would be put today', () => {
  const { returns } = writeAll([
    [back('return-2', 1)],
    [back('return-1', 1), back('return-2', 1, { shipmentState: 'Returned' })],
  ]);
  expect(returns.map(({ trackingId, shipmentState }) => [trackingId, shipmentState])).toEqual([
    ['return-2', 'Returned'],
    ['return-1', 'Advised'],
  ]);
});

test('returns of one article, in any order of arrival: each as often as it is, and none of more than was ordered', () => {
  const all = [back('return-1', 1), back('return-2', 1), back('return-3', 1), back('return-4', 1)];
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: 1 }), (arrivals) => {
      const known = arrivals.map((_, index) => sorted(arrivals.slice(0, index + 1)));
      const { returns } = writeAll(known);
      for (const quantity of Object.values(sums('trackingId', returns))) expect(quantity).toBe(1);
      for (const { id, quantity } of lines) expect(sums('lineId', returns)[id] ?? 0).toBeLessThanOrEqual(quantity);
      expect(returns).toHaveLength(Math.min(3, arrivals.length));
      const last = known.at(-1) ?? [];
      expect(planReturns(last, someParts({ lines, returns }))).toEqual([]);
    }),
  );
});
