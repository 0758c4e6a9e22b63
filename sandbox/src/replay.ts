import { setTimeout as sleep } from 'node:timers/promises';
import { createIdleCheck, pipelineOf } from './idle.ts';
import type { ReplayResult } from './outcome.ts';
import type { Sandbox } from './sandbox.ts';

/** Starts the services again in new groups, lets them read everything, and counts what they changed meanwhile: nothing, hopefully. */
export async function replayAll(
  sandbox: Sandbox,
  { groupPrefix, timeoutMs, signal }: { groupPrefix: string; timeoutMs: number; signal?: AbortSignal },
): Promise<ReplayResult> {
  const { commercetools, fulfillmenttools } = sandbox;
  const before = { posts: await fulfillmenttools.effects(), updates: await commercetools.effects() };
  await sandbox.restartWithGroups(groupPrefix);
  const deadline = Date.now() + timeoutMs;
  const isIdle = createIdleCheck(pipelineOf(sandbox), groupPrefix);
  do {
    if (Date.now() > deadline)
      throw new Error(`The replay did not reach the end of its topics within ${timeoutMs / 1_000} s.`);
    await sleep(500, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted());
  } while (!(await isIdle()));
  return {
    posts: (await fulfillmenttools.effects()) - before.posts,
    updates: (await commercetools.effects()) - before.updates,
  };
}
