import {
  createLogDirectory,
  type LogDirectory,
  type Sandbox,
  type SandboxOptions,
  serviceNames,
  startSandbox,
} from '@pipeline/sandbox';
import { withTopics } from '@pipeline/sandbox/testing';
import { PARTITIONS } from '@pipeline/schemas';
import { expect } from 'vitest';
import { findPrivateInLogs } from './privacy.ts';

/**
 * The simulators run in this process, and on a busy machine they may come to a request many seconds after it was sent.
 * An order in doubt must not be made anew before the first request had its turn, and searching for it would be more work
 * still. Longer waits only who gets no answer, or finds nothing. Harsh vendors have settings of their own.
 */
const patient = { REQUEST_TIMEOUT_MS: '15000', SERVER_LIMIT_MS: '15000' };

/**
 * A sandbox of its own on the run's broker; everything of it is gone afterwards. What every run must hold is checked at
 * its end: each service drains and exits with 0, and no log holds personal data or secrets. The logs of a run that failed
 * stay, and are named.
 */
export async function withSandbox(
  options: Omit<SandboxOptions, 'broker' | 'log' | 'topicPrefix'>,
  use: (sandbox: Sandbox) => Promise<void>,
): Promise<void> {
  await withTopics({ partitions: PARTITIONS }, async ({ brokers, registryUrl, prefix: topicPrefix }) => {
    await withLogs(async (logs) => {
      const sandbox = await startSandbox({
        ...options,
        overrides: { ...(options.harshSeed === undefined ? patient : {}), ...options.overrides },
        broker: { brokers, registryUrl },
        topicPrefix,
        logs,
        log: () => undefined,
      });
      try {
        await use(sandbox);
        const codes = await Promise.all(serviceNames.map((name) => sandbox.services[name].stop()));
        expect(codes).toEqual(serviceNames.map(() => 0));
        expect(await findPrivateInLogs(sandbox)).toEqual([]);
      } finally {
        await sandbox.stop();
      }
    });
  });
}

async function withLogs(use: (logs: LogDirectory) => Promise<void>): Promise<void> {
  const logs = await createLogDirectory({ kept: false });
  let failed = true;
  try {
    await use(logs);
    failed = false;
  } finally {
    if (await logs.close({ keep: failed })) console.error(`The services' logs are in ${logs.path}.`);
  }
}
