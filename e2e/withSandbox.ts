import { type Sandbox, type SandboxOptions, startSandbox } from '@pipeline/sandbox';
import { withTopics } from '@pipeline/sandbox/testing';
import { PARTITIONS } from '@pipeline/schemas';

/** A sandbox of its own on the run's broker; everything of it is gone afterwards. */
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
    } finally {
      await sandbox.stop();
    }
  });
}
