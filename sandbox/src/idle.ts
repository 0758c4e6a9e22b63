import { topics } from '@pipeline/schemas';
import { type ServiceName, serviceNames } from './environment.ts';
import { readMetrics } from './metrics.ts';
import type { Sandbox } from './sandbox.ts';

/** What each service reads whose every message is one of which a group commits that it is done. */
export const sources: Readonly<Record<ServiceName, readonly string[]>> = {
  'ingest-ct': [topics.commercetoolsNotifications.name],
  'order-router': [topics.commerceOrders.name],
  'ingest-fft': [topics.fulfillmenttoolsNotifications.name],
  'status-writer': [],
};

/**
 * The last message of a partition of these may be a transaction's marker, which nobody commits: what can be seen is that
 * the group has begun to read the first, and that nothing moves any more.
 */
const marked = {
  group: 'status-writer',
  begun: [topics.fulfillmentEvents.name],
  topics: [topics.fulfillmentEvents.name, topics.fulfillmentOrders.name],
} as const;

const CHECKS = 4;

/**
 * Each call looks once whether the services have anything left to do; true when they had nothing several times in a
 * row. What one service publishes the next one reads: done is when all have been at the end for a while. A group that
 * has not read yet, because its service is ready before it has joined, is not at the end: all its messages are open.
 */
export function createIdleCheck(
  sandbox: Pick<Sandbox, 'kafka' | 'services'>,
  groupPrefix: string,
): () => Promise<boolean> {
  let quietChecks = 0;
  let lastRest = -1;
  return async () => {
    const { kafka, services } = sandbox;
    let open = 0;
    for (const name of serviceNames) {
      const metrics = await readMetrics(services[name].opsUrl);
      open += await kafka.lag(`${groupPrefix}${name}`, sources[name]);
      open += metrics.sum('pipeline_buffered_records') + metrics.sum('pipeline_events_held');
    }
    open += await kafka.unread(`${groupPrefix}${marked.group}`, marked.begun);
    const rest = await kafka.lag(`${groupPrefix}${marked.group}`, marked.topics);
    quietChecks = open === 0 && rest === lastRest ? quietChecks + 1 : 0;
    lastRest = rest;
    return quietChecks >= CHECKS;
  };
}
