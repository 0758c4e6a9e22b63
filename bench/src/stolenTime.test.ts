import { expect, it } from 'vitest';
import { parseCpuTimes, readCpuTimes, stolenShare } from './stolenTime.ts';

const stat = 'cpu  100 20 30 4000 50 6 4 40 0 0\ncpu0 50 10 15 2000 25 3 2 20 0 0\n';

it('reads what was wanted, and what of it was stolen, of all CPUs', () => {
  expect(parseCpuTimes(stat)).toEqual({ wanted: 200, stolen: 40 });
});

it('refuses what is not /proc/stat', () => {
  expect(() => parseCpuTimes('cpu0 1 2 3 4 5 6 7 8')).toThrow('/proc/stat');
  expect(() => parseCpuTimes('')).toThrow('/proc/stat');
});

it('is the share of the time between, and nothing where nothing was wanted', () => {
  const before = { wanted: 200, stolen: 40 };
  expect(stolenShare(before, { wanted: 300, stolen: 65 })).toBe(0.25);
  expect(stolenShare(before, before)).toBe(0);
  expect(stolenShare(undefined, before)).toBeNull();
});

it.runIf(process.platform === 'linux')('is there on Linux', async () => {
  const times = await readCpuTimes();
  expect(times?.wanted).toBeGreaterThan(times?.stolen ?? Number.NaN);
});
