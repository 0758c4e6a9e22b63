import { performance } from 'node:perf_hooks';

/** The share of time in which the event loop had something to do, 0 to 1: of the last moments, not of this one. */
export type LoopLoad = () => number;

/** Over less, a single long turn would pass for a full loop. */
const WINDOW_MS = 100;

/**
 * Measures from one call to another, over 100 ms at least; 0 until then.
 *
 * @param clock what counts the time that the loop was active and idle, in milliseconds. (Default: Node's)
 */
export function createLoopLoad(clock: Pick<typeof performance, 'eventLoopUtilization'> = performance): LoopLoad {
  let measured = clock.eventLoopUtilization();
  let load = 0;
  return () => {
    const now = clock.eventLoopUtilization();
    const active = now.active - measured.active;
    const passed = active + now.idle - measured.idle;
    if (passed < WINDOW_MS) return load;
    load = active / passed;
    measured = now;
    return load;
  };
}
