export interface HoldSettings {
  readonly PLACEMENT_HOLD_LOCK: readonly string[];
  readonly PLACEMENT_HOLD_WAIT: readonly string[];
}

/** By payment state: orders in it are placed locked, or not yet. */
export const toHold = (given: HoldSettings): Readonly<Record<string, 'lock' | 'wait'>> =>
  Object.fromEntries([
    ...given.PLACEMENT_HOLD_LOCK.map((state) => [state, 'lock'] as const),
    ...given.PLACEMENT_HOLD_WAIT.map((state) => [state, 'wait'] as const),
  ]);
