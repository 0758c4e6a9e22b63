import {
  byGroup,
  desired,
  groupsOf,
  isRefused,
  statusPresets,
  type StatusGroup,
  toChange,
} from '@pipeline/fulfillment';
import { aLife } from '@pipeline/fulfillment/testkit';
import { PipelineError } from '@pipeline/streams';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startWriter } from '../testing/writer.ts';

const GROUPS: readonly StatusGroup[] = ['state', 'fields', 'deliveries', 'returns'];

type Writer = ReturnType<typeof startWriter>;

/** What the shop's order does not show yet, group by group. */
function pending({ tester: { state } }: Writer) {
  if (!state?.platform) return [];
  const { written, platform } = state;
  const change = toChange({ desired: desired(state, statusPresets.docs), written, platform });
  return change ? byGroup(change) : [];
}

const mishap =
  (kind: 'conflict' | 'lost' | 'down', { platform }: Writer) =>
  () => {
    if (kind === 'conflict') platform.change({});
    else if (kind === 'lost') throw new PipelineError('unknown-outcome', 'no-answer', 'no answer');
    else throw new PipelineError('transient', 'unreachable', 'down', { notSent: true });
  };

const tapes = fc.array(fc.nat(60), { maxLength: 80, size: 'max' });
/** What the shop refuses while a step is written, step after step. */
const refusals = fc.array(fc.subarray([...GROUPS]), { minLength: 1, maxLength: 12 });
const mishaps = fc.array(fc.constantFrom(undefined, undefined, 'conflict', 'lost', 'down'), { maxLength: 12 });

test('whatever is refused and whatever happens meanwhile: the rest is always shown, in few calls, and a replay makes none', async () => {
  const seen = { refused: 0, accepted: 0 };
  await fc.assert(
    fc.asyncProperty(tapes, refusals, mishaps, fc.nat(3), async (tape, refusing, disturbances, lostAppend) => {
      const writer = startWriter();
      const { platform, tester, deliver } = writer;
      platform.mishaps.push(...disturbances.map((kind) => kind && mishap(kind, writer)));
      const { steps } = aLife(tape);
      const ever = new Set<StatusGroup>();
      for (const [index, { input }] of steps.entries()) {
        const refused = refusing[index % refusing.length] ?? [];
        platform.refuses.clear();
        for (const group of refused) platform.refuses.add(group);
        for (const group of refused) ever.add(group);
        if (index > 0 && index % 4 === lostAppend) tester.loseNextAppend('not-committed');
        const calls = tester.effects.length;
        const disturbed = platform.mishaps.length > 0;
        const tries = tester.retries.length;
        await deliver(input);
        if (!disturbed && tester.retries.length === tries)
          expect(tester.effects.length - calls).toBeLessThanOrEqual(GROUPS.length + 1);
        for (const part of pending(writer)) {
          seen.refused++;
          expect(groupsOf(part).every((group) => ever.has(group))).toBe(true);
          expect(isRefused(part, tester.state?.refused ?? [])).toBe(true);
        }
      }
      platform.mishaps.length = 0;
      const before = [tester.effects.length, platform.reads, tester.appends.length];
      tester.restart();
      for (const { input } of steps) await deliver(input);
      expect([tester.effects.length, platform.reads, tester.appends.length]).toEqual(before);

      tester.loseNextAppend('committed');
      platform.refuses.clear();
      const last = steps.at(-1)?.input ?? expect.fail('no steps');
      await tester.deliver(tester.message(last, { headers: { 'redrive-id': 'redrive-1' } }));
      seen.accepted += platform.writes.length;
      expect(pending(writer)).toEqual([]);
    }),
    { numRuns: 250 },
  );
  expect(seen.refused).toBeGreaterThan(0);
  expect(seen.accepted).toBeGreaterThan(0);
});
