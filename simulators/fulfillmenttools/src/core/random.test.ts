import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRandom } from './random.ts';

it('gives the same numbers for the same seed and others for another', () => {
  const numbers = (seed: number) => {
    const random = createRandom(seed);
    return Array.from({ length: 20 }, () => random.fraction());
  };
  expect(numbers(7)).toEqual(numbers(7));
  expect(numbers(7)).not.toEqual(numbers(8));
});

it('stays within its bounds', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 0, max: 100 }),
      fc.integer({ min: 0, max: 100 }),
      (seed, min, width) => {
        const random = createRandom(seed);
        const number = random.between(min, min + width);
        return number >= min && number <= min + width && random.chance(1) && !random.chance(0);
      },
    ),
  );
});
