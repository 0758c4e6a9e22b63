/** Test suites that every adapter of a port passes. Tests only: they need vitest and open loopback servers. */
export * from './clauses.ts';
export * from './line/faults.ts';
export * from './line/line.ts';
export * from './line/startLine.ts';
export * from './platform/describeCommercePlatform.ts';
export * from './platform/driver.ts';
export * from './provider/describeFulfillmentProvider.ts';
export * from './provider/driver.ts';
