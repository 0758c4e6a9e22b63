export * from './keyTester.ts';
export * from './prune.ts';
export * from './testClock.ts';
