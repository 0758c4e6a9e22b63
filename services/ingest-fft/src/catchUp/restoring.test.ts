import { expect, it } from 'vitest';
import { createRestoring } from './restoring.ts';

it('a table that comes in by thousands is being restored; one whose orders live is not', () => {
  const clock = { now: 0 };
  const restoring = createRestoring(() => clock.now);
  const take = (perSecond: number, seconds: number) => {
    for (let n = 0; n < perSecond * seconds; n++) {
      restoring.entry();
      clock.now += 1_000 / perSecond;
    }
  };
  expect(restoring.underWay).toBe(false);
  take(100, 5);
  expect(restoring.underWay).toBe(false);
  take(5_000, 2);
  expect(restoring.underWay).toBe(true);
  // As soon as a second has brought few.
  take(10, 2);
  clock.now += 1_000;
  expect(restoring.underWay).toBe(false);
});
