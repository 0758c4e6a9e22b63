import { type Sandbox, type SandboxOptions, serviceNames, startSandbox } from '@pipeline/sandbox';
import { withTopics } from '@pipeline/sandbox/testing';
import { PARTITIONS } from '@pipeline/schemas';
import { expect } from 'vitest';
import { findPrivateInLogs } from './privacy.ts';

/**
 * A sandbox of its own on the run's broker; everything of it is gone afterwards. What every run must hold is checked at
 * its end: each service drains and exits with 0, and no log holds personal data or secrets.
 */
export async function withSandbox(
  options: Omit<SandboxOptions, 'broker' | 'log' | 'topicPrefix'>,
  use: (sandbox: Sandbox) => Promise<void>,
): Promise<void> {
  await withTopics({ partitions: PARTITIONS }, async ({ brokers, registryUrl, prefix: topicPrefix }) => {
    const sandbox = await startSandbox({
      ...options,
      broker: { brokers, registryUrl },
      topicPrefix,
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
}
