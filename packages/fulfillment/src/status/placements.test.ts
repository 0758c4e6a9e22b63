import type { LedgerEntry, Placement } from '@pipeline/schemas/types';
import { describe, expect, it } from 'vitest';
import { aLedgerEntry, aPlacement, aState } from '../testkit/index.ts';
import { evolve } from './evolve.ts';
import { awaitedTargets, currentPlacements, withOrderedLines } from './placements.ts';

const placed = (target: string, over: Partial<Placement> = {}): Placement =>
  aPlacement({ target, providerOrderId: `fft-${target}`, processId: `process-${target}`, ...over });
const unplaced = (target: string, over: Partial<Placement> = {}): Placement =>
  placed(target, { status: 'released', attempt: 0, providerOrderId: null, processId: null, ...over });
const entry = (...placements: Placement[]): LedgerEntry => aLedgerEntry({ placements });

const fold = (entries: readonly LedgerEntry[]) => entries.reduce(evolve, aState());
const permutations = <T>(items: readonly T[]): T[][] =>
  items.length < 2
    ? [[...items]]
    : items.flatMap((item, index) =>
        permutations(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
      );
/** Of the same entries in any order, each of them twice. */
const foldAll = (...entries: LedgerEntry[]) => {
  const [first, ...others] = permutations(entries).map((order) => fold([...order, ...order]));
  for (const other of others) expect(other).toEqual(first);
  return first ?? expect.fail('no entries');
};

describe('the placements of a divided order', () => {
  it('are kept for each target, by target, and the first of them is the placement', () => {
    const state = foldAll(
      entry(unplaced('home'), unplaced('office')),
      entry(unplaced('home'), placed('office')),
      entry(placed('home'), placed('office')),
    );
    expect(state.targets?.map(({ target, providerOrderId }) => [target, providerOrderId])).toEqual([
      ['home', 'fft-home'],
      ['office', 'fft-office'],
    ]);
    expect(state.placement).toEqual(state.targets?.[0]);
    expect([state.unplaced, awaitedTargets(state)]).toEqual([[], []]);
    expect(currentPlacements(state)).toBe(state.targets);
  });

  it('are those of the highest attempt of each', () => {
    const again = placed('home', { attempt: 2, providerOrderId: 'fft-again' });
    const state = foldAll(
      entry(placed('home', { status: 'cancelled' }), placed('office')),
      entry(placed('home', { status: 'cancelled' }), again, placed('office')),
    );
    expect(state.targets?.map(({ providerOrderId }) => providerOrderId)).toEqual(['fft-again', 'fft-office']);
  });

  it('are none of an order that is placed as a whole', () => {
    const state = foldAll(
      entry(placed('order', { attempt: 0, status: 'skipped', providerOrderId: null })),
      entry(placed('order')),
    );
    expect(state).toMatchObject({ placement: { providerOrderId: 'fft-order' }, targets: [], unplaced: [] });
    expect(currentPlacements(state)).toEqual([state.placement]);
  });

  it('are not those of the whole, which was an intent, or was found at the provider before the ledger told of it', () => {
    const intent = entry(unplaced('order', { status: 'skipped' }));
    expect(foldAll(intent, entry(placed('home'), unplaced('office')))).toMatchObject({
      placement: { target: 'home' },
      targets: [{ target: 'home' }],
      unplaced: [{ target: 'office' }],
    });
    expect(foldAll(entry(placed('order', { attempt: 0 })), entry(placed('home'))).targets).toMatchObject([
      { target: 'home' },
    ]);
  });

  it('survive a whole that was made beside them, which should not be', () => {
    const state = foldAll(entry(placed('order')), entry(placed('home'), placed('weg')));
    expect(state.targets?.map(({ target }) => target)).toEqual(['home', 'order', 'weg']);
    expect(foldAll(entry(placed('order')), entry(unplaced('home')))).toMatchObject({
      placement: { target: 'order' },
      targets: [],
      unplaced: [{ target: 'home' }],
    });
  });

  it('come into a state of which it was not kept', () => {
    const { targets, unplaced: none, ...old } = aState();
    expect([targets, none]).toEqual([[], []]);
    const state = evolve(old, entry(placed('home')));
    expect(state.targets).toMatchObject([{ target: 'home' }]);
    const whole = evolve(old, entry(placed('order')));
    expect(evolve(whole, entry(placed('order')))).toBe(whole);
  });
});

describe('a target that is not placed', () => {
  it('is waited for until its placement is known, whatever older accounts come again', () => {
    const released = entry(placed('home'), unplaced('office'));
    const placing = entry(placed('home'), unplaced('office', { status: 'placing', attempt: 1 }));
    expect(awaitedTargets(foldAll(released, placing))).toEqual(['office']);
    expect(awaitedTargets(foldAll(released, placing, entry(placed('home'), placed('office'))))).toEqual([]);
  });

  it.each(['skipped', 'rejected'] as const)('is not waited for when it was %s, but with its next attempt', (status) => {
    const placing = entry(placed('home'), unplaced('office', { status: 'placing', attempt: 1 }));
    const ended = entry(placed('home'), unplaced('office', { status, attempt: 1 }));
    const state = foldAll(placing, ended);
    expect(state.unplaced).toEqual([{ target: 'office', attempt: 1, ended: true }]);
    expect(awaitedTargets(state)).toEqual([]);
    const again = entry(placed('home'), unplaced('office', { status: 'placing', attempt: 2 }));
    expect(awaitedTargets(foldAll(placing, ended, again))).toEqual(['office']);
  });

  it('is waited for when another attempt follows an order that was cancelled', () => {
    const dead = placed('office', { status: 'cancelled' });
    const again = unplaced('office', { status: 'placing', attempt: 2 });
    const state = foldAll(entry(placed('home'), dead), entry(placed('home'), dead, again));
    expect([awaitedTargets(state), state.targets?.length]).toEqual([['office'], 2]);
  });
});

it('what was ordered is put to its placement, also where that is the first', () => {
  const lines = [{ articleId: 'x', quantity: 7 }];
  const state = fold([entry(placed('home'), placed('office'))]);
  expect(withOrderedLines(state, 'fft-home', lines)).toMatchObject({
    placement: { lines },
    targets: [{ lines }, { lines: state.targets?.[1]?.lines }],
  });
  expect(withOrderedLines(fold([entry(placed('order'))]), 'fft-order', lines)).toMatchObject({
    placement: { lines },
    targets: [],
  });
});
