import { int32, int64, sendRequest, text } from './request.ts';

export interface CommitOffsets {
  /** `host:port` of the coordinator: there is one broker. */
  readonly broker: string;
  readonly group: string;
  /** By name of the topic. */
  readonly offsets: Readonly<Record<string, readonly { readonly partition: number; readonly offset: bigint }[]>>;
}

const OFFSET_COMMIT = 8;
const NO_GENERATION = -1;

/** Commits for a group that has no member, at once: the client would join it first, which takes it many seconds. */
export function commitOffsets({ broker, group, offsets }: CommitOffsets): Promise<void> {
  const topics = Object.entries(offsets).map(([topic, partitions]) => {
    const each = partitions.map(({ partition, offset }) => Buffer.concat([int32(partition), int64(offset), text('')]));
    return Buffer.concat([text(topic), int32(each.length), ...each]);
  });
  const keptForAsLongAsUsual = int64(-1n);
  const member = Buffer.concat([text(group), int32(NO_GENERATION), text(''), keptForAsLongAsUsual]);
  const body = Buffer.concat([member, int32(topics.length), ...topics]);
  return sendRequest(broker, { api: OFFSET_COMMIT, version: 2, body });
}
