/** Parts of the sandbox that its index does not show. */
export { freePorts } from '../../sandbox/src/broker/freePorts.ts';
export { type ChildProgram, startChildProgram } from '../../sandbox/src/childProgram.ts';
export { readFlags, UsageError, whole } from '../../sandbox/src/flags.ts';
export { type Forked, startForked } from '../../sandbox/src/forked.ts';
export { listenForInterrupt } from '../../sandbox/src/interrupt.ts';
export { createLogDirectory, type LogDirectory } from '../../sandbox/src/logDirectory.ts';
export { type Metrics, readMetrics } from '../../sandbox/src/metrics.ts';
export { runStops, type Stop } from '../../sandbox/src/stops.ts';
