export * from './change.ts';
export * from './desired.ts';
export { currentProcess, duplicateOrders } from './current.ts';
export { currentPickJobs } from './entities.ts';
export * from './evolve.ts';
export * from './groups.ts';
export * from './policy.ts';
