import { topics } from '@pipeline/schemas';
import { type ServiceName, serviceNames } from './environment.ts';
import type { KafkaView } from './kafkaView.ts';
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

export interface Pipeline {
  readonly kafka: Pick<KafkaView, 'lag' | 'unread'>;
  /** Of every process of a service that runs now. */
  readonly opsUrls: () => readonly string[];
}

/** The services of a sandbox, also after they were replaced. */
export const pipelineOf = (sandbox: Pick<Sandbox, 'kafka' | 'services'>): Pipeline => ({
  kafka: sandbox.kafka,
  opsUrls: () => Object.values(sandbox.services).map(({ opsUrl }) => opsUrl),
});

/**
 * Each call looks once whether the services have anything left to do; true when they had nothing several times in a
 * row. What one service publishes the next one reads: done is when all have been at the end for a while. A group that
 * has not read yet, because its service is ready before it has joined, is not at the end: all its messages are open.
 * Rejects while nothing is known of a process, e.g. as it starts.
 */
export function createIdleCheck(pipeline: Pipeline, groupPrefix: string): () => Promise<boolean> {
  let quietChecks = 0;
  let lastRest = -1;
  return async () => {
    const open = await countOpen(pipeline, groupPrefix);
    const rest = await pipeline.kafka.lag(`${groupPrefix}${marked.group}`, marked.topics);
    quietChecks = open === 0 && rest === lastRest ? quietChecks + 1 : 0;
    lastRest = rest;
    return quietChecks >= CHECKS;
  };
}

/** What groups have not finished, and what processes have in hand or hold back. */
export async function countOpen({ kafka, opsUrls }: Pipeline, groupPrefix: string): Promise<number> {
  let open = await kafka.unread(`${groupPrefix}${marked.group}`, marked.begun);
  for (const name of serviceNames) open += await kafka.lag(`${groupPrefix}${name}`, sources[name]);
  for (const opsUrl of opsUrls()) {
    const metrics = await readMetrics(opsUrl);
    open += metrics.sum('pipeline_buffered_records') + metrics.sum('pipeline_events_held');
  }
  return open;
}
