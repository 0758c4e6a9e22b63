import { withAdmin } from '@pipeline/cli';
import type { Broker, KafkaView, ProcessName } from '@pipeline/sandbox';
import { topics } from '@pipeline/schemas';
import { createKafka, withLeaders } from '@pipeline/streams/kafka';
import { commitOffsets } from './commitOffsets.ts';
import { leaveGroup } from './leaveGroup.ts';
import type { Member } from './member.ts';
import { until } from './until.ts';

/** Topics and the groups that read them. */
export interface Groups {
  /**
   * A group without members is to go on in the middle of each partition of what its service reads; the status-writer
   * with the ledger from its beginning.
   */
  rewindToMiddle(name: ProcessName, options?: { readonly groupPrefix?: string }): Promise<void>;
  /** Deletes all that a topic holds now. */
  empty(topic: { readonly name: string }): Promise<void>;
  /** Until a group has finished everything in the topics that its service reads. */
  untilRead(name: ProcessName, options?: { readonly groupPrefix?: string; readonly withinMs?: number }): Promise<void>;
  /** Members of the group that the broker knows. */
  groupSize(name: ProcessName): Promise<number>;
  /** The broker forgets a member that was killed, as after its session timeout. */
  forget(member: Member): Promise<void>;
}

const reads: Readonly<Record<ProcessName, readonly string[]>> = {
  'ingest-ct': [topics.commercetoolsNotifications.name],
  'order-router': [topics.commerceOrders.name],
  'ingest-fft': [topics.fulfillmenttoolsNotifications.name],
  'status-writer': [topics.fulfillmentEvents.name],
  'facility-sync': [topics.commerceChannels.name],
};

export interface GroupsOptions {
  readonly broker: Omit<Broker, 'kind' | 'stop'>;
  /** Before all names of topics, and of groups unless another is given. */
  readonly prefix: string;
  readonly kafka: KafkaView;
}

export function createGroups({ broker, prefix, kafka }: GroupsOptions): Groups {
  const [brokerAddress = ''] = broker.brokers;
  const client = createKafka({ clientId: 'faults', ...broker });
  return {
    rewindToMiddle: (name, { groupPrefix = prefix } = {}) =>
      withLeaders(client, async (admin) => {
        const offsets: Record<string, { partition: number; offset: bigint }[]> = {};
        const tables = name === 'status-writer' ? [topics.fulfillmentOrders.name] : [];
        for (const each of [...reads[name], ...tables])
          offsets[`${prefix}${each}`] = (await admin.fetchTopicOffsets(`${prefix}${each}`)).map((bounds) => {
            const [low, high] = [BigInt(bounds.low), BigInt(bounds.high)];
            return { partition: bounds.partition, offset: tables.includes(each) ? low : (low + high) / 2n };
          });
        await commitOffsets({ broker: brokerAddress, group: `${groupPrefix}${name}`, offsets });
      }),
    empty: ({ name }) =>
      withLeaders(client, async (admin) => {
        const topic = `${prefix}${name}`;
        const bounds = await admin.fetchTopicOffsets(topic);
        const full = bounds.filter(({ low, high }) => BigInt(high) > BigInt(low));
        const partitions = full.map(({ partition, high }) => ({ partition, offset: high }));
        await admin.deleteTopicRecords({ topic, partitions });
      }),
    untilRead(name, { groupPrefix = prefix, withinMs } = {}) {
      const group = `${groupPrefix}${name}`;
      const open = async () => (await kafka.lag(group, reads[name])) + (await kafka.unread(group, reads[name]));
      return until(`the group ${group} has read everything`, async () => (await open()) === 0, withinMs);
    },
    groupSize: (name) =>
      withAdmin(broker, async (admin) => {
        const { groups } = await admin.describeGroups([`${prefix}${name}`]);
        return groups.flatMap((group) => group.members).length;
      }),
    async forget({ name, clientId }) {
      const group = `${prefix}${name}`;
      await withAdmin(broker, (admin) => leaveGroup({ admin, broker: brokerAddress, group, clientId }));
    },
  };
}
