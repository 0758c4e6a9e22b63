import type { ListedChannel } from '@pipeline/platform-commercetools';
import type { ProducerMessage } from '@pipeline/streams/kafka';
import { backfillHeaders } from '../backfill/lane.ts';
import type { LaneQueue } from '../kafka/laneQueue.ts';
import { type Pace, sendAtPace } from '../sendAtPace.ts';

export interface SendRequest extends LaneQueue, Pace {
  readonly channels: readonly ListedChannel[];
  /** Of this run. */
  readonly syncId: string;
  readonly projectKey: string;
  /** name@version */
  readonly producer: string;
}

/**
 * Sends a notification for each channel, at a pace, and returns how many: all, or fewer when the signal aborted.
 * @throws PipelineError of Kafka.
 */
export function sendChannels(request: SendRequest): Promise<number> {
  const { channels, queue } = request;
  let number = 0;
  return sendAtPace({
    ...request,
    pages: [channels],
    async send(batch) {
      number += 1;
      await queue.send(toMessages(request, batch, number));
      return batch.length;
    },
  });
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
