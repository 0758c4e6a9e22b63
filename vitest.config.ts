import { defineConfig } from 'vitest/config';

// kafkajs arms timers with negative times; Node says so once per process.
const execArgv = ['--disable-warning=TimeoutNegativeWarning'];
const sources = ['packages', 'services', 'simulators', 'sandbox', 'schemas', 'bench', 'faults'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          // Not a limit on speed: a loaded machine must not fail a property test.
          testTimeout: 60_000,
          include: sources.map((folder) => `${folder}/**/src/**/*.test.ts`),
          exclude: ['**/node_modules/**', '**/*.int.test.ts', '**/*.faults.test.ts'],
        },
      },
      {
        test: {
          name: 'int',
          include: sources.map((folder) => `${folder}/**/src/**/*.int.test.ts`),
          execArgv,
          globalSetup: ['sandbox/src/testing/globalSetup.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // One broker serves all files at once, and its metadata settles late on a loaded machine; a retry is reported.
          retry: 1,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.e2e.test.ts'],
          execArgv,
          globalSetup: ['sandbox/src/testing/globalSetup.ts'],
          testTimeout: 300_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'faults',
          include: ['faults/src/**/*.faults.test.ts'],
          execArgv,
          globalSetup: ['sandbox/src/testing/globalSetup.ts'],
          testTimeout: 300_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
