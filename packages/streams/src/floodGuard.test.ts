import { expect, test } from 'vitest';
import { createFloodGuard } from './floodGuard.ts';

const MINUTE = 60_000;

function aGuard() {
  let now = 0;
  const guard = createFloodGuard({ now: () => now });
  return {
    guard,
    pass: (ms: number) => void (now += ms),
    bury: (count: number) => Array.from({ length: count }, () => guard.admits()).filter(Boolean).length,
    succeed: (count: number) => {
      for (let n = 0; n < count; n++) guard.passed();
    },
  };
}

test('a few dead letters are written at once, also when nothing else comes', () => {
  const { guard, bury } = aGuard();
  expect(bury(20)).toBe(20);
  expect(guard.holdingBack).toBe(true);
});

test('when most messages fail for good they wait, and one a minute goes through', () => {
  const { guard, bury, pass, succeed } = aGuard();
  succeed(5);
  expect(bury(1_000)).toBe(21);
  expect(guard.holdingBack).toBe(true);
  pass(MINUTE);
  expect(bury(100)).toBe(1);
});

test('many dead letters among more that go well are written', () => {
  const { guard, bury, succeed } = aGuard();
  succeed(1_000);
  expect(bury(900)).toBe(900);
  expect(guard.holdingBack).toBe(false);
});

test('it opens again when most go well, and when the flood is long over', () => {
  const one = aGuard();
  one.bury(100);
  one.succeed(100);
  expect([one.guard.holdingBack, one.bury(10)]).toEqual([false, 10]);
  const other = aGuard();
  other.bury(100);
  other.pass(11 * MINUTE);
  expect([other.guard.holdingBack, other.bury(10)]).toEqual([false, 10]);
});
