import fc from 'fast-check';
import { expect, it } from 'vitest';
import { harsh } from './harsh.ts';
import { toSettings } from './options.ts';
import { presets, type Switch, switches, switchNames } from './switches.ts';

const aSeed = fc.integer({ min: 0, max: 2 ** 32 - 1 });

it('gives the same options for the same seed, each one valid', () => {
  fc.assert(
    fc.property(aSeed, (seed) => {
      expect(harsh(seed)).toEqual(harsh(seed));
      expect(toSettings({ harsh: true, seed })).toMatchObject(harsh(seed));
      for (const name of switchNames) {
        const { range, values } = switches[name] as Switch<unknown>;
        const value = harsh(seed)[name];
        if (range !== undefined) expect(value).toSatisfy((is: number) => is >= range.min && is <= range.max);
        if (values !== undefined) expect(values).toContain(value);
      }
    }),
  );
});

it('differs from the presets wherever a harsh side is known, and between seeds wherever there is a choice', () => {
  const all = Array.from({ length: 50 }, (_, seed) => harsh(seed));
  for (const name of switchNames) {
    const { harsh: side } = switches[name] as Switch<unknown>;
    const values = new Set(all.map((options) => options[name]));
    if (side === 'any' || typeof side === 'object') expect(values.size).toBeGreaterThan(1);
    else expect([...values]).toEqual([side]);
    if (!['uniqueness', 'tagCheck', 'retryAfterSeconds'].includes(name)) {
      expect([...values].some((value) => value !== presets[name])).toBe(true);
    }
  }
});

it('loses against what is given beside it', () => {
  const { clock: _, ...settings } = toSettings({ harsh: true, seed: 4 });
  const given = { coldStartMs: 0, duplicates: 0 };
  expect(toSettings({ harsh: true, seed: 4, ...given })).toMatchObject({ ...settings, ...given });
});
