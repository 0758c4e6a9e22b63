import { expect, test } from 'vitest';
import { freePorts } from './freePorts.ts';

test('ports are distinct, and none that systems give to outgoing connections', async () => {
  const ports = await freePorts(50);

  expect(new Set(ports).size).toBe(50);
  expect(Math.max(...ports)).toBeLessThan(32_768);
  expect(Math.min(...ports)).toBeGreaterThan(1_023);
});

test('nobody is given a port that another one of the process was given, also side by side', async () => {
  const all = (await Promise.all(Array.from({ length: 40 }, () => freePorts(25)))).flat();

  expect(new Set(all).size).toBe(all.length);
});
