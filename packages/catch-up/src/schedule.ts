/**
 * Milliseconds until the next run: the interval, up to a tenth of it sooner or later, so that deployments that were
 * started together do not ask together.
 */
export const jittered = (everyMs: number, random: () => number = Math.random): number =>
  Math.round(everyMs * (0.9 + 0.2 * random()));
