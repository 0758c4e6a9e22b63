import { expect, it } from 'vitest';
import { createLoopLoad } from './loopLoad.ts';

/** A loop that is active and idle for as long as it is told. */
function aLoop() {
  const counted = { active: 5_000, idle: 1_000, utilization: 5 / 6 };
  return {
    passes: (active: number, idle: number): void => {
      counted.active += active;
      counted.idle += idle;
    },
    load: createLoopLoad({ eventLoopUtilization: () => ({ ...counted }) }),
  };
}

it('is the share since the last measurement, not since the start', () => {
  const { load, passes } = aLoop();
  expect(load()).toBe(0);
  passes(90, 30);
  expect(load()).toBe(0.75);
  passes(30, 270);
  expect(load()).toBe(0.1);
});

it('stays as it was until enough has passed', () => {
  const { load, passes } = aLoop();
  passes(100, 0);
  expect(load()).toBe(1);
  passes(0, 99);
  expect(load()).toBe(1);
  passes(0, 1);
  expect(load()).toBe(0);
});

it("measures Node's own loop", async () => {
  const load = createLoopLoad();
  await expect.poll(load).toBeGreaterThan(0);
});
