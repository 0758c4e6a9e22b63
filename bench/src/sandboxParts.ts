/** Parts of the sandbox that its index does not show. */
export { freePorts } from '../../sandbox/src/broker/freePorts.ts';
export { createLogDirectory, type LogDirectory } from '../../sandbox/src/logDirectory.ts';
export { type Metrics, readMetrics } from '../../sandbox/src/metrics.ts';
export { runStops, type Stop } from '../../sandbox/src/stops.ts';

/** Preloaded into a child process: it ends when its parent does, however that ends. */
export const exitWithParent = new URL('../../sandbox/src/exitWithParent.ts', import.meta.url).href;
