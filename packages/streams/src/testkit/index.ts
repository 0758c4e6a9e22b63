export * from './keyTester.ts';
export * from './testClock.ts';
