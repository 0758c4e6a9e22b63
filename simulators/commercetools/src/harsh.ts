import { deliverySwitches } from './notifications/settings.ts';
import type { CommercetoolsSimulatorOptions } from './options.ts';
import { outageSwitches } from './outages.ts';
import { quirkSwitches } from './quirks.ts';
import { valuesOf } from './switches.ts';

/** Everything that the vendor does not promise turned against the caller; what is decided by chance, the seed decides. */
export const harshOptions = (): Pick<
  Required<CommercetoolsSimulatorOptions>,
  'delivery' | 'quirks' | 'outages' | 'versionStep'
> => ({
  delivery: valuesOf(deliverySwitches, true),
  quirks: valuesOf(quirkSwitches, true),
  outages: valuesOf(outageSwitches, true),
  versionStep: { min: 1, max: 9 },
});
