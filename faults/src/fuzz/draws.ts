import fc from 'fast-check';
import { createRandom, type Random } from '../world/random.ts';

/** For what is made in many steps, of a number that fast-check draws: a stream of its own draws cannot be sampled again. */
export const draws: fc.Arbitrary<Random> = fc
  .noBias(fc.integer({ min: 0, max: 0xffff_ffff }))
  .map((seed) => createRandom(seed));

/** Drawing a value alone costs more than the value. */
const BLOCK = 100;

/** The value of a number, always the same for the same seed: what fails can be made again alone. */
export function numbered<Value>(seed: number, values: fc.Arbitrary<Value>): (index: number) => Value {
  let held: { readonly block: number; readonly values: readonly Value[] } | undefined;
  return (index) => {
    const block = Math.floor(index / BLOCK);
    if (held?.block !== block) {
      const blockSeed = (seed ^ Math.imul(block + 1, 0x9e37_79b1)) | 0;
      held = { block, values: fc.sample(values, { seed: blockSeed, numRuns: BLOCK }) };
    }
    return held.values[index % BLOCK] as Value;
  };
}
