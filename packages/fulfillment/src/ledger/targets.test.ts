import fc from 'fast-check';
import { expect, it } from 'vitest';
import { aLedgerEntry, aPlacement, NOON } from '../testkit/index.ts';
import { cancelSeen } from './entry.ts';
import { currentPlacement } from './placement.ts';
import { divided, dividedInto, entryForTarget, isOtherMade, mayDivide, withTarget } from './targets.ts';

const division = {
  provider: 'fft',
  lines: new Map([
    ['b', [{ articleId: 'hat', quantity: 2 }]],
    ['a', []],
  ]),
  tenantOrderId: '4711',
  orderVersion: 7,
  at: NOON,
};

it('a divided order has one placement for each target, none of which was tried', () => {
  const entry = divided(aLedgerEntry({ placements: [] }), division);
  expect(dividedInto(entry)).toEqual(['a', 'b']);
  for (const target of ['a', 'b'])
    expect(currentPlacement(entryForTarget(entry, target))).toMatchObject({
      ...{ target, status: 'released', attempt: 0, tenantOrderId: `4711-${target}`, orderVersion: 7 },
    });
});

it('says whether any other target may be at the provider', () => {
  const entryOf = (status: 'placed' | 'placing' | 'rejected' | 'released') =>
    aLedgerEntry({
      placements: [aPlacement({ target: 'a', status }), aPlacement({ target: 'b', status: 'released' })],
    });
  const found = (['placed', 'placing', 'rejected', 'released'] as const).map((status) =>
    isOtherMade(entryOf(status), 'b'),
  );
  expect(found).toEqual([true, true, false, false]);
  expect(isOtherMade(entryOf('placed'), 'a')).toBe(false);
});

it.each([
  ['of which nothing is known', true, []],
  ['that was kept back', true, [aPlacement({ status: 'skipped', attempt: 0, providerOrderId: null })]],
  ['that may have been made', false, [aPlacement({ status: 'placing', attempt: 1, providerOrderId: null })]],
  ['that is placed', false, [aPlacement()]],
  ['that is divided already', false, [aPlacement({ target: 'a', status: 'released', attempt: 0 })]],
])('an order %s may be divided: %s', (_what, may, placements) => {
  expect(mayDivide(aLedgerEntry({ placements }))).toBe(may);
});

it('a cancel that is new has the refused ones of the other targets tried again, and one that is known has not', () => {
  const placements = [aPlacement({ target: 'a' }), aPlacement({ target: 'b', status: 'cancelRefused' })];
  const whole = aLedgerEntry({ cancelVersion: 6, placements });
  const statusOfB = (version: number) => {
    const part = cancelSeen(entryForTarget(whole, 'a'), { version, at: NOON });
    return currentPlacement(entryForTarget(withTarget(whole, part, 'a'), 'b'))?.status;
  };
  expect([statusOfB(6), statusOfB(7)]).toEqual(['cancelRefused', 'cancelling']);
});

it('what is done about one target says nothing about another, whatever the order', () => {
  const placements = fc.array(
    fc.record({
      target: fc.constantFrom('a', 'b', 'c'),
      attempt: fc.nat(3),
      status: fc.constantFrom('placing', 'placed', 'cancelled', 'rejected', 'released'),
    }),
    { minLength: 1, maxLength: 6 },
  );
  const changes = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('placed', 'gone')), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(placements, changes, (given, steps) => {
      const start = aLedgerEntry({ placements: given.map((each) => aPlacement({ ...each })) });
      let whole = start;
      const alone = new Map(dividedInto(start).map((target) => [target, entryForTarget(start, target)]));
      for (const [target, status] of steps) {
        const part = alone.get(target);
        if (!part) continue;
        const next = { ...part, placements: part.placements.map((each) => ({ ...each, status }) as typeof each) };
        alone.set(target, next);
        whole = withTarget(whole, next, target);
      }
      for (const [target, part] of alone) {
        const sorted = [...part.placements].sort((a, b) => a.attempt - b.attempt);
        expect([...entryForTarget(whole, target).placements].sort((a, b) => a.attempt - b.attempt)).toEqual(sorted);
      }
      expect(whole.placements).toHaveLength(start.placements.length);
    }),
  );
});
