import { loadSchema } from '@pipeline/schemas';
import type { FulfillmentEvent, LedgerEntry, OrderFulfillmentState } from '@pipeline/schemas/types';
import avsc from 'avsc';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aDividedLife, afterUpdate, aPlatformStatus, type DividedLife, someParts } from '../testkit/index.ts';
import { toChange } from './change.ts';
import { currentProcess } from './current.ts';
import { desired } from './desired.ts';
import { evolve } from './evolve.ts';
import { rankOf, statusPresets } from './policy.ts';

type Input = FulfillmentEvent | LedgerEntry;

const fold = (inputs: readonly Input[], before?: OrderFulfillmentState): OrderFulfillmentState =>
  inputs.reduce<OrderFulfillmentState | undefined>((state, input) => evolve(state, input), before) ??
  expect.fail('a life has steps');

const tape = fc.array(fc.nat(60), { maxLength: 80, size: 'max' });
const tapes = fc.array(tape, { minLength: 2, maxLength: 3 });
const sortKeys = fc.array(fc.nat(), { minLength: 1, maxLength: 40, size: 'max' });
const repeated = fc.array(fc.nat(), { maxLength: 6 });

/** The same inputs in another order, some of them twice. */
function shuffle(inputs: readonly Input[], keys: readonly number[], again: readonly number[]): Input[] {
  const doubled = [...inputs, ...again.flatMap((index) => inputs[index % inputs.length] ?? [])];
  return doubled
    .map((input, index) => ({ input, key: ((keys[index % keys.length] ?? 0) * 7_919 + index * 104_729) % 10_007 }))
    .sort((a, b) => a.key - b.key)
    .map(({ input }) => input);
}

const inputsOf = ({ steps }: DividedLife): Input[] => steps.map(({ input }) => input);

describe('an order that goes to several targets, which live any lives', () => {
  it('has the same state and the same status for any order and any repetition of what is told', () => {
    fc.assert(
      fc.property(tapes, tape, sortKeys, repeated, (lives, arrival, keys, again) => {
        const inputs = inputsOf(aDividedLife(lives, arrival));
        const state = fold(inputs);
        const other = fold(shuffle(inputs, keys, again));
        expect(other).toEqual(state);
        expect(state.targets).toHaveLength(lives.length);
        expect(state.placement).toEqual(state.targets?.[0]);
        for (const policy of Object.values(statusPresets))
          expect(desired(other, policy)).toEqual(desired(state, policy));
        for (const input of inputs) expect(evolve(state, input)).toBe(state);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps its state through Avro, and folds on the same', () => {
    const type = avsc.Type.forSchema(loadSchema('fulfillment.states.v1') as avsc.Schema);
    fc.assert(
      fc.property(tapes, tape, fc.nat(), (lives, arrival, cut) => {
        const inputs = inputsOf(aDividedLife(lives, arrival));
        const part = inputs.slice(0, 1 + (cut % inputs.length));
        const restored = type.fromBuffer(type.toBuffer(fold(part))) as OrderFulfillmentState;
        for (const input of part) expect(evolve(restored, input)).toBe(restored);
        expect(JSON.parse(JSON.stringify(fold(inputs, restored)))).toEqual(fold(inputs));
      }),
      { numRuns: 60 },
    );
  });

  it('is never taken back while they go on, except where something is undone', () => {
    fc.assert(
      fc.property(tapes, tape, (lives, arrival) => {
        let state: OrderFulfillmentState | undefined;
        let rank = 0;
        for (const { input, lowers } of aDividedLife(lives, arrival).steps) {
          state = evolve(state, input);
          const { shipmentState } = desired(state, statusPresets.docs);
          if (shipmentState === null) continue;
          if (!lowers) expect(rankOf(shipmentState)).toBeGreaterThanOrEqual(rank);
          rank = rankOf(shipmentState);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('is never taken back in any order of arrival once the division is known, where nothing is undone', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(tapes, tape, sortKeys, repeated, (lives, arrival, keys, again) => {
        const [division, ...inputs] = inputsOf(aDividedLife(lives, arrival, { steady: true }));
        for (const policy of [statusPresets.docs, { ...statusPresets.docs, ready: 'all' as const }]) {
          let state = fold(division ? [division] : []);
          let rank = 0;
          for (const input of shuffle(inputs, keys, again)) {
            state = evolve(state, input);
            const { shipmentState } = desired(state, policy);
            // before the ledger names an order, nothing is written
            if (shipmentState === null || state.placement === null) continue;
            reached.add(shipmentState);
            expect(rankOf(shipmentState)).toBeGreaterThanOrEqual(rank);
            rank = rankOf(shipmentState);
          }
        }
      }),
      { numRuns: 200 },
    );
    expect([...reached].sort()).toEqual(expect.arrayContaining(['Delivered', 'Partial', 'Ready', 'Shipped']));
  });

  it('is Shipped or Delivered only when each of them, as an order of its own, has come to its end', () => {
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(tapes, tape, (lives, arrival) => {
        const life = aDividedLife(lives, arrival);
        const state = fold(inputsOf(life));
        const { shipmentState } = desired(state, statusPresets.docs);
        const hasLeft = shipmentState === 'Shipped' || shipmentState === 'Delivered';
        const ends = state.targets?.map(
          (placement) => desired({ ...state, placement, targets: [placement] }, statusPresets.docs).shipmentState,
        );
        const isEnd = (end: string | null): boolean => ['Shipped', 'Delivered', 'Canceled'].includes(end ?? '');
        if (hasLeft) seen.add(ends?.includes('Canceled') ?? false);
        // nothing of a target may have been found: it is at its end and shows no state of its own
        for (const end of ends ?? []) if (hasLeft) expect(isEnd(end) || end === null).toBe(true);
        if (ends?.every((end) => end === 'Delivered')) expect(shipmentState).toBe('Delivered');
        if (ends?.every((end) => end === 'Canceled')) expect(shipmentState).toBe('Canceled');
        if (ends?.every(isEnd) && ends.some((end) => end !== 'Canceled')) expect(hasLeft).toBe(true);
        const jobs = (processes: OrderFulfillmentState['processes']) =>
          new Set(
            processes.flatMap(({ pickJobs, handoverJobs }) => [...pickJobs, ...handoverJobs].map(({ id }) => id)),
          );
        const united = currentProcess(state);
        expect(jobs(united ? [united] : [])).toEqual(jobs(state.processes));
      }),
      { numRuns: 200 },
    );
    expect(seen.size).toBe(2);
  });

  it('has each delivery at the shipping key of its target, and never more than was ordered, in any order of arrival', () => {
    const places = { home: 0, office: 0 };
    fc.assert(
      fc.property(tapes, tape, sortKeys, repeated, (lives, arrival, keys, again) => {
        const life = aDividedLife(lives, arrival);
        const lines = life.targets.flatMap(({ target, life: { ordered } }) =>
          ordered.map(({ articleId, quantity }) => ({ id: `${target} ${articleId}`, articleId, quantity })),
        );
        let parts = someParts({ lines, shippingKeys: ['home', 'office'] });
        let state: OrderFulfillmentState | undefined;
        for (const input of shuffle(inputsOf(life), keys, again)) {
          state = evolve(state, input);
          const wanted = desired(state, statusPresets.docs);
          const change = toChange({ desired: wanted, written: null, platform: aPlatformStatus({ parts }) });
          for (const step of change?.deliveries ?? []) {
            if (step.step !== 'addDelivery') continue;
            const place = step.key.startsWith('home:') ? 'home' : 'office';
            expect(step.shippingKey).toBe(place);
            places[place]++;
          }
          if (change) parts = afterUpdate(parts, change);
          for (const { id, quantity } of lines) {
            const items = parts.deliveries.flatMap((delivery) => delivery.items).filter(({ lineId }) => lineId === id);
            expect(items.reduce((sum, item) => sum + item.quantity, 0)).toBeLessThanOrEqual(quantity);
          }
        }
        const end = desired(state ?? expect.fail('no state'), statusPresets.docs).deliveries;
        const shown = parts.deliveries.map(({ key }) => key).filter((key) => !end?.without.includes(key));
        expect(shown.sort()).toEqual(end?.deliveries.map(({ key }) => key).sort());
      }),
      { numRuns: 100 },
    );
    expect(Math.min(places.home, places.office)).toBeGreaterThan(10);
  });
});
