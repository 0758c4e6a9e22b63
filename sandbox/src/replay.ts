import { setTimeout as sleep } from 'node:timers/promises';
import { topics } from '@pipeline/schemas';
import { serviceNames } from './environment.ts';
import type { ReplayResult } from './outcome.ts';
import type { Sandbox } from './sandbox.ts';

/** What each service reads, without topics whose last message may be a transaction's marker, which nobody commits. */
const sources = {
  'ingest-ct': [topics.commercetoolsNotifications.name],
  'order-router': [topics.commerceOrders.name],
  'ingest-fft': [topics.fulfillmenttoolsNotifications.name],
  'status-writer': [topics.fulfillmentEvents.name],
} as const;

/** Read too, but its partitions end with markers: all that can be seen is that nothing moves any more. */
const marked = { group: 'status-writer', topics: [topics.fulfillmentOrders.name] } as const;

/** Starts the services again in new groups, lets them read everything, and counts what they changed meanwhile: nothing, hopefully. */
export async function replayAll(
  sandbox: Sandbox,
  { groupPrefix, timeoutMs, signal }: { groupPrefix: string; timeoutMs: number; signal?: AbortSignal },
): Promise<ReplayResult> {
  const { commercetools, fulfillmenttools, kafka } = sandbox;
  const before = { posts: await fulfillmenttools.effects(), updates: await commercetools.effects() };
  const services = await sandbox.restartWithGroups(groupPrefix);
  const deadline = Date.now() + timeoutMs;
  // What one service publishes the next one reads: done is when all have been at the end for a while. A group that has
  // not read yet, because its service is ready before it has joined, is not at the end: all its messages are open.
  for (let quietChecks = 0, lastRest = -1; quietChecks < 4; ) {
    if (Date.now() > deadline)
      throw new Error(`The replay did not reach the end of its topics within ${timeoutMs / 1_000} s.`);
    await sleep(500, undefined, signal ? { signal } : {});
    let open = 0;
    for (const name of serviceNames) {
      open += await kafka.lag(`${groupPrefix}${name}`, sources[name]);
      open += await unfinished(services[name].opsUrl);
    }
    const rest = await kafka.lag(`${groupPrefix}${marked.group}`, marked.topics);
    quietChecks = open === 0 && rest === lastRest ? quietChecks + 1 : 0;
    lastRest = rest;
  }
  return {
    posts: (await fulfillmenttools.effects()) - before.posts,
    updates: (await commercetools.effects()) - before.updates,
  };
}

async function unfinished(opsUrl: string): Promise<number> {
  const text = await (await fetch(`${opsUrl}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith('pipeline_buffered_records'))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
