import { performance } from 'node:perf_hooks';

/** The share of time in which the event loop had something to do, 0 to 1: of the last moments, not of this one. */
export type LoopLoad = () => number;

/** Over less, a single long turn would pass for a full loop. */
const WINDOW_MS = 100;

/** Measures from one call to another, over 100 ms at least; 0 until then. */
export function createLoopLoad(): LoopLoad {
  let measured = performance.eventLoopUtilization();
  let measuredAt = performance.now();
  let load = 0;
  return () => {
    const now = performance.now();
    if (now - measuredAt < WINDOW_MS) return load;
    load = performance.eventLoopUtilization(measured).utilization;
    measured = performance.eventLoopUtilization();
    measuredAt = now;
    return load;
  };
}
