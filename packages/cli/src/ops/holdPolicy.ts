import type { GatePolicy } from '@pipeline/fulfillment';
import { defineSettings } from '@pipeline/service-kit';

const as = 'As order-router has it.';
const list = { type: 'list', default: [], description: as } as const;

/** Those settings of order-router that say which orders are placed locked, or not yet. */
export const holdSettings = defineSettings({ PLACEMENT_HOLD_LOCK: list, PLACEMENT_HOLD_WAIT: list });

export const toHold = (given: {
  readonly PLACEMENT_HOLD_LOCK: readonly string[];
  readonly PLACEMENT_HOLD_WAIT: readonly string[];
}): GatePolicy['hold'] =>
  Object.fromEntries([
    ...given.PLACEMENT_HOLD_LOCK.map((state) => [state, 'lock'] as const),
    ...given.PLACEMENT_HOLD_WAIT.map((state) => [state, 'wait'] as const),
  ]);
