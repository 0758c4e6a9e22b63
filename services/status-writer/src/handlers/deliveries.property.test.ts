import { desired, statusPresets, toChange } from '@pipeline/fulfillment';
import { aLife, someParts } from '@pipeline/fulfillment/testkit';
import { PipelineError } from '@pipeline/streams';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startWriter } from '../testing/writer.ts';
import type { StatusInput } from './writeStatus.ts';

const tapes = fc.array(fc.nat(60), { maxLength: 80, size: 'max' });
const places = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 40 });
/** What happens to one call after the other; then all succeed. */
const calls = fc.array(fc.constantFrom('fine', 'lost before', 'lost after', 'conflict', 'crash'), { maxLength: 25 });

const lost = () => new PipelineError('unknown-outcome', 'no-answer', 'no answer');

/** In any order, each third twice. */
function shuffle(inputs: readonly StatusInput[], order: readonly number[]): StatusInput[] {
  return inputs
    .flatMap((input, index) => {
      const place = (order[index % order.length] ?? 0) + index;
      return [{ input, place }, ...(place % 3 === 0 ? [{ input, place: (place * 7) % 911 }] : [])];
    })
    .sort((a, b) => a.place - b.place)
    .map(({ input }) => input);
}

test('wherever it crashes and whatever is lost: each delivery, parcel and return is there once, and nothing is parked', async () => {
  const seen = { deliveries: 0, returns: 0, crashes: 0, lost: 0 };
  await fc.assert(
    fc.asyncProperty(tapes, places, calls, async (tape, order, happenings) => {
      const life = aLife(tape);
      const writer = startWriter();
      const { platform, tester, deliver } = writer;
      const lines = life.ordered.map(({ articleId, quantity }) => ({ id: `line-${articleId}`, articleId, quantity }));
      if (platform.order) platform.order = { ...platform.order, parts: someParts({ lines }) };
      const queue = [...happenings];
      const write = platform.writeStatus.bind(platform);
      platform.writeStatus = async (update, permit) => {
        const happening = queue.shift();
        if (happening === 'crash') {
          seen.crashes++;
          tester.loseNextAppend('not-committed');
        }
        if (happening === 'conflict') platform.change({});
        if (happening === 'lost before') throw lost();
        const shown = await write(update, permit);
        if (happening !== 'lost after') return shown;
        seen.lost++;
        throw lost();
      };
      const inputs = life.steps.map(({ input }) => input);
      for (const input of shuffle(inputs, order)) await deliver(input);

      expect(tester.letters).toEqual([]);
      const { state } = tester;
      const parts = platform.order?.parts ?? expect.fail('no order');
      expect(state?.platform?.parts).toEqual(parts);
      const wanted = state && desired(state, statusPresets.docs);
      const change =
        wanted && state.platform && toChange({ desired: wanted, written: state.written, platform: state.platform });
      expect(change ?? null).toBeNull();
      const left = wanted?.deliveries?.deliveries.map(({ key }) => key) ?? [];
      expect(parts.deliveries.map(({ key }) => key)).toEqual(expect.arrayContaining(left));
      seen.deliveries += parts.deliveries.length;
      seen.returns += parts.returns.length;
    }),
    { numRuns: 80 },
  );
  expect(Object.values(seen).every((count) => count > 10)).toBe(true);
});
