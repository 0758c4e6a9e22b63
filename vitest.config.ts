import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// kafkajs arms timers with negative times; Node says so once per process.
const execArgv = ['--disable-warning=TimeoutNegativeWarning'];
// Tests start many programs of ours; compiling the same sources again is half of what such a start costs.
const env = { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/compile', import.meta.url)) };
const sources = ['packages', 'services', 'simulators', 'sandbox', 'schemas', 'bench', 'faults'];

// Of projects that mostly wait, and run at once. Each e2e test has six processes' worth of work, though.
const WAITING_WORKERS = 2;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          env,
          // By default it is one less than there are cores.
          maxWorkers: '100%',
          // Half of the time went into loading the same modules for every file. Files leave nothing behind: each puts
          // its clock back, and these do the rest.
          isolate: false,
          restoreMocks: true,
          unstubGlobals: true,
          unstubEnvs: true,
          sequence: { groupOrder: 0 },
          // Not a limit on speed: a loaded machine must not fail a property test.
          testTimeout: 60_000,
          include: sources.map((folder) => `${folder}/**/src/**/*.test.ts`),
          exclude: ['**/node_modules/**', '**/*.int.test.ts', '**/*.faults.test.ts'],
        },
      },
      {
        test: {
          name: 'int',
          env,
          // Mostly they wait for Kafka, and every file has topics and groups of its own.
          maxWorkers: WAITING_WORKERS,
          sequence: { groupOrder: 1 },
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
          env,
          maxWorkers: WAITING_WORKERS,
          sequence: { groupOrder: 1 },
          include: ['e2e/**/*.e2e.test.ts'],
          execArgv,
          globalSetup: ['sandbox/src/testing/globalSetup.ts'],
          testTimeout: 300_000,
          // Each has a sandbox of its own, with six processes that wait for each other; a retry is reported.
          retry: 1,
          // Every look at a simulator takes time from it.
          expect: { poll: { timeout: 30_000, interval: 200 } },
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'faults',
          env,
          sequence: { groupOrder: 2 },
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
