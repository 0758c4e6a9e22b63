import { type Correlation, type FulfillmenttoolsReads, PROVIDER } from '@pipeline/provider-fulfillmenttools';
import type { OrderLink } from '@pipeline/schemas';
import { PipelineError } from '@pipeline/streams';
import type { Resolution } from './correlate.ts';

export interface AskInput {
  readonly correlation: Correlation;
  readonly reads: FulfillmenttoolsReads;
  readonly projectKey: string;
  readonly instance: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** `link`: to be remembered, also when it says that the process is not ours: then it costs one read. */
export type Answer =
  | {
      readonly resolution: Exclude<Resolution, { resolved: 'not-yet' }>;
      readonly link: OrderLink & { processId: string };
    }
  /** The process or its order, or what leads to the process, is not there: no longer, or not in its index yet. */
  | { readonly resolution: { readonly resolved: 'missing'; readonly processId: string | null }; readonly link: null };

/**
 * Asks fulfillmenttools whose process a notification is about: process → order → its attributes.
 * @throws PipelineError `permanent`, `unresolved-order`, when nothing in it leads to a process; besides what reads throw.
 */
export async function askProvider(input: AskInput, signal: AbortSignal): Promise<Answer> {
  const { correlation, reads, projectKey, instance, now } = input;
  const processId = await findProcessId(correlation, reads, signal);
  const process = processId === null ? undefined : await reads.readProcessOrderId(processId, signal);
  if (!process) return { resolution: { resolved: 'missing', processId }, link: null };
  const ours = process.projectKey === null || process.projectKey === projectKey;
  const orderId = ours ? process.orderId : null;
  const link = {
    orderId,
    projectKey: process.projectKey,
    provider: PROVIDER,
    instance,
    processId: process.processId,
    tenantOrderId: process.tenantOrderId,
    providerOrderId: process.providerOrderId,
    linkedAt: now,
  };
  const resolution: Resolution =
    orderId === null ? { resolved: 'foreign' } : { resolved: 'ours', orderId, processId: process.processId };
  return { resolution, link };
}

/** null: what leads to it is not there. */
async function findProcessId(
  { processId, pickJobRef, itemReturnJobRef }: Correlation,
  reads: FulfillmenttoolsReads,
  signal: AbortSignal,
): Promise<string | null> {
  if (processId !== null) return processId;
  const found =
    itemReturnJobRef !== null
      ? await reads.readItemReturnJobProcessId(itemReturnJobRef, signal)
      : pickJobRef !== null
        ? await reads.readPickJobProcessId(pickJobRef, signal)
        : null;
  if (found !== null) return found ?? null;
  throw unresolvedOrder(
    'Nothing in the notification leads to a process: compare it with the vendor’s API, then redrive.',
  );
}

export const unresolvedOrder = (message: string): PipelineError =>
  new PipelineError('permanent', 'unresolved-order', message, { stage: 'map' });
