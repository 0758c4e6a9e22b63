import type { LifeOptions } from './lifeOptions.ts';
import { harshSwitches, type SwitchValues } from './switches.ts';

const life: LifeOptions = { lives: 'random', inheritTenantOrderId: false, surprises: 0.1, reEmissions: 0.1 };

/** Options that are no switch of the API: how orders live and webhooks are delivered. */
const otherSides = { ...life, tracking: true, inheritAttributes: false, duplicates: 0.3, shuffle: true };

export type HarshOptions = SwitchValues & typeof otherSides & { readonly seed: number };

/** Everything that the vendor does not promise turned against the caller; the same seed gives the same options. */
export const harsh = (seed: number): HarshOptions => ({ ...harshSwitches(seed), ...otherSides, seed });
