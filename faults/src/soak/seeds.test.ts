import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { rows } from '../rows/index.ts';
import { countStrikes, planStrikes } from './nemesis.ts';
import { parseSoak } from './options.ts';
import { keptSoaks } from './seeds.ts';

const failed = keptSoaks.filter(({ heldBy }) => heldBy !== undefined);

it('what holds the cause of a soak that failed is there', () => {
  expect(failed.map(({ seed }) => seed)).toEqual([22, 23, 26]);
  for (const held of failed.flatMap(({ heldBy = [] }) => heldBy)) {
    if ('row' in held) expect(rows.map(({ row }) => row)).toContain(held.row);
    else expect(readFileSync(new URL(`../../../${held.file}`, import.meta.url), 'utf8')).toContain(held.name);
  }
});

it('a soak that failed strikes at first as it did then, but for the broker', () => {
  const flags = parseSoak([]);
  if (flags === 'help') return expect.unreachable();
  for (const { seed, durationMs, everyMs } of failed) {
    const whole = planStrikes({ seed, durationMs: 600_000, everyMs: flags.everyMs, brokerRestarts: true });
    const first = whole.filter(({ kind, atMs }) => kind !== 'broker' && atMs < durationMs);
    const kept = planStrikes({ seed, durationMs, everyMs, brokerRestarts: false });
    expect(kept.length).toBeGreaterThan(5);
    expect(kept.map(({ kind, atMs }) => ({ kind, atMs }))).toEqual(first.map(({ kind, atMs }) => ({ kind, atMs })));
  }
});

it.each(keptSoaks)('seed $seed plans more than two kinds of strikes, also without a broker of its own', (soak) => {
  expect(Object.keys(countStrikes(planStrikes({ ...soak, brokerRestarts: false }))).length).toBeGreaterThan(2);
});
