import { harsh } from './harsh.ts';
import type { Settings } from './options.ts';
import type { World } from './world.ts';

export type SettingsChange = Partial<Settings>;

/** The options while the simulator runs. */
export interface LiveSettings {
  /** Turns everything to the harsh side of the seed, or back to what it was at the start; then makes the change. */
  change(change: SettingsChange, isHarsh?: boolean): void;
  /** Back to what was set at the start. */
  restore(): void;
}

/** `adopt` tells those who keep a copy of what has changed. */
export function createLiveSettings(world: World, adopt: (change: SettingsChange) => void): LiveSettings {
  const initial: Settings = { ...world.settings };
  const change = (next: SettingsChange) => {
    Object.assign(world.settings, next);
    if (next.seed !== undefined) world.random.reseed(next.seed);
    adopt(next);
  };
  return {
    change(given, isHarsh) {
      const side = isHarsh === undefined ? {} : isHarsh ? harsh(given.seed ?? world.settings.seed) : initial;
      change({ ...side, ...given });
    },
    restore: () => change(initial),
  };
}
