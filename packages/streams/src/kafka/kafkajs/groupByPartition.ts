import type { ICustomPartitioner, Message, PartitionerArgs } from 'kafkajs';

export interface ToGroup extends Omit<PartitionerArgs, 'message'> {
  readonly messages: readonly Message[];
  readonly partitioner: ReturnType<ICustomPartitioner>;
}

/** What kafkajs makes of the messages of a topic; there each copies the list of those before it in its partition. */
export function groupByPartition({
  topic,
  partitionMetadata,
  messages,
  partitioner,
}: ToGroup): Record<number, Message[]> {
  const groups: Record<number, Message[]> = {};
  if (partitionMetadata.length === 0) return groups;
  for (const message of messages) (groups[partitioner({ topic, partitionMetadata, message })] ??= []).push(message);
  return groups;
}
