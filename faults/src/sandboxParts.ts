/** Parts of the sandbox that its index does not show. */
export { freePorts } from '../../sandbox/src/broker/freePorts.ts';
export { type ChildProgram, type ProgramEnd, startChildProgram } from '../../sandbox/src/childProgram.ts';
export { readFlags, seedOf, UsageError, whole } from '../../sandbox/src/flags.ts';
export { type Forked, startForked } from '../../sandbox/src/forked.ts';
export { compareOrder } from '../../sandbox/src/harsh/compare.ts';
export { listenForInterrupt } from '../../sandbox/src/interrupt.ts';
export { createShopCancels, cancelsAfter } from '../../sandbox/src/harsh/shopCancels.ts';
export { lookClosely } from '../../sandbox/src/harsh/lookClosely.ts';
export { lookAtOrders } from '../../sandbox/src/harsh/outcome.ts';
export { readDeadLetters } from '../../sandbox/src/deadLetters.ts';
export { countOpen, createIdleCheck } from '../../sandbox/src/idle.ts';
export { createKafkaView } from '../../sandbox/src/kafkaView.ts';
export { createLogDirectory, type LogDirectory } from '../../sandbox/src/logDirectory.ts';
export { type Metrics, readMetrics } from '../../sandbox/src/metrics.ts';
export { runStops, type Stop } from '../../sandbox/src/stops.ts';

/** Every event that the pipeline reads. */
export { mappedEvents } from '../../packages/provider-fulfillmenttools/src/index.ts';
