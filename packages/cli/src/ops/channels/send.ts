import { setTimeout as sleep } from 'node:timers/promises';
import type { ListedChannel } from '@pipeline/platform-commercetools';
import type { ProducerMessage } from '@pipeline/streams/kafka';
import { restAfter, toBatches } from '../backfill/batches.ts';
import { backfillHeaders } from '../backfill/lane.ts';
import type { LaneQueue } from '../backfill/laneQueue.ts';

export interface SendRequest extends LaneQueue {
  readonly channels: readonly ListedChannel[];
  /** Of this run. */
  readonly syncId: string;
  readonly projectKey: string;
  /** name@version */
  readonly producer: string;
  /** Channels per second. */
  readonly perSecond: number;
  readonly onSent: (count: number) => void;
  /** What is under way when it aborts is still sent. */
  readonly signal: AbortSignal;
  /** A wait that ends when the signal aborts. (Default: this machine's clock) */
  readonly pause?: (ms: number) => Promise<unknown>;
}

/**
 * Sends a notification for each channel, at a pace, and returns how many: all, or fewer when the signal aborted.
 * @throws PipelineError of Kafka.
 */
export async function sendChannels(request: SendRequest): Promise<number> {
  const { channels, queue, perSecond, onSent, signal } = request;
  const { pause = (ms) => sleep(ms, undefined, { signal }) } = request;
  const startedAt = performance.now();
  let [count, number] = [0, 0];
  try {
    for (const batch of toBatches(channels, perSecond)) {
      if (signal.aborted) return count;
      number += 1;
      await queue.send(toMessages(request, batch, number));
      count += batch.length;
      onSent(count);
      if (count < channels.length) await pause(restAfter(count, { perSecond, startedAt, now: performance.now() }));
    }
  } catch (error) {
    // What it was waiting for when it was told to stop.
    if (!signal.aborted) throw error;
  }
  return count;
}

function toMessages(
  { syncId, projectKey, producer, toTarget }: SendRequest,
  channels: readonly ListedChannel[],
  number: number,
): ProducerMessage[] {
  const now = new Date();
  return channels.map((channel) => ({
    ...toTarget(channel.id),
    key: channel.id,
    value: toChannelNotification(channel, { syncId, projectKey }),
    headers: backfillHeaders({ backfillId: syncId, number, after: undefined, producer }, idOf(syncId, channel), now),
  }));
}

const idOf = (syncId: string, { id }: ListedChannel): string => `${syncId}-${id}`;

/**
 * What stands for the channel in the lane: a change of it, so that ingest-ct reads the channel as it is then. It holds ids,
 * the key and the time, no address.
 */
export function toChannelNotification(
  channel: ListedChannel,
  { syncId, projectKey }: Pick<SendRequest, 'syncId' | 'projectKey'>,
): Buffer {
  const { id, key, version, lastModifiedAt } = channel;
  const notification = {
    notificationType: 'ResourceUpdated',
    projectKey,
    id: idOf(syncId, channel),
    resource: { typeId: 'channel', id },
    resourceUserProvidedIdentifiers: { key },
    version,
    modifiedAt: lastModifiedAt,
  };
  return Buffer.from(JSON.stringify(notification));
}
