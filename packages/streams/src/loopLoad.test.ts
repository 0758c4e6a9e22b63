import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createLoopLoad } from './loopLoad.ts';

function keepBusy(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

it('is near 1 after work and near 0 after rest', async () => {
  const load = createLoopLoad();
  expect(load()).toBe(0);
  keepBusy(120);
  await sleep(0);
  const worked = load();
  expect(worked).toBeGreaterThan(0.5);
  // Nothing new within the window.
  expect(load()).toBe(worked);
  await sleep(400);
  expect(load()).toBeLessThan(worked);
});
