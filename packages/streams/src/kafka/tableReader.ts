import { PipelineError, toPipelineError } from '../errors.ts';
import type { RawMessage } from '../message.ts';
import type { Table } from '../topology.ts';
import type { AssignmentChange, GroupConsumer } from './groupConsumer.ts';
import type { ValueCodec } from './keyExecution.ts';
import { CLAIM_KEY } from './partitionStore.ts';
import { pause } from '../pause.ts';

/** Follows the topics that a topology reads as tables. */
export interface TableReader {
  /** Deployed names. */
  readonly topics: readonly string[];
  onMessages(messages: readonly RawMessage[]): void;
  /** Goes on where it was in the partitions that stay: nothing is committed, so the group would begin anew. */
  onAssigned(change: AssignmentChange): void;
}

export interface TableReaderOptions {
  readonly tables: readonly Table[];
  readonly prefix: string;
  readonly codec: ValueCodec;
  readonly consumer: () => Pick<GroupConsumer, 'pause' | 'resume' | 'seek'>;
  /** Called after the table has taken the key's entry. */
  readonly onEntry: (key: string) => void;
  readonly onDefect: (error: unknown) => void;
  readonly stopped: AbortSignal;
  /** Entries of a partition that wait, above which it is not fetched. (Default: 2,000) */
  readonly maxWaiting?: number;
}

/** A partition of a table while it is assigned. */
interface Following {
  next: bigint;
  waiting: number;
  lost: boolean;
}

const RETRY_MS = 1_000;

export function createTableReader(options: TableReaderOptions): TableReader {
  const { tables, prefix, codec, consumer, onEntry, onDefect, stopped, maxWaiting = 2_000 } = options;
  const byTopic = new Map(tables.map((table) => [`${prefix}${table.topic.name}`, table]));
  const following = new Map<string, Following>();
  // Entries are taken in order: each batch waits for the one before it.
  let tail = Promise.resolve();

  async function take(table: Table, { key, value }: RawMessage, partition: Following): Promise<void> {
    if (key === null || key === CLAIM_KEY) return;
    const entry = value === null ? null : await codec.decode(table.topic, value);
    // What comes after the table has forgotten the partition would stay in it for ever.
    if (partition.lost) return;
    table.onEntry(key, entry);
    onEntry(key);
  }

  /** Tries until it is taken, can never be, or is no longer wanted. */
  async function takeSurely(table: Table, message: RawMessage, partition: Following): Promise<void> {
    while (!partition.lost && !stopped.aborted) {
      try {
        return await take(table, message, partition);
      } catch (error) {
        const { errorClass } = toPipelineError(error);
        onDefect(errorClass === 'permanent' ? leftOut(message, error) : error);
        if (errorClass === 'permanent') return;
        await pause(RETRY_MS, stopped);
      }
    }
  }

  async function takeAll(messages: readonly RawMessage[], partition: Following): Promise<void> {
    for (const message of messages) {
      const table = byTopic.get(message.topic);
      if (table) await takeSurely(table, message, partition);
      partition.waiting--;
      if (!partition.lost && partition.waiting === Math.floor(maxWaiting / 2)) {
        consumer().resume(message.topic, message.partition, 'table-behind');
      }
    }
  }

  return {
    topics: [...byTopic.keys()],
    onMessages(messages) {
      const last = messages.at(-1);
      if (!last) return;
      const address = `${last.topic}/${last.partition}`;
      const partition = following.get(address) ?? { next: 0n, waiting: 0, lost: false };
      following.set(address, partition);
      partition.next = last.offset + 1n;
      partition.waiting += messages.length;
      if (partition.waiting > maxWaiting) consumer().pause(last.topic, last.partition, 'table-behind');
      tail = tail.then(() => takeAll(messages, partition));
    },
    onAssigned({ retained, lost }) {
      for (const [topic, table] of byTopic) {
        for (const partition of retained) {
          const kept = following.get(`${topic}/${partition}`);
          if (kept) consumer().seek(topic, partition, kept.next);
        }
        for (const partition of lost) {
          const gone = following.get(`${topic}/${partition}`);
          if (gone) gone.lost = true;
          following.delete(`${topic}/${partition}`);
          table.onLost?.(partition);
        }
      }
    },
  };
}

/** Not parked: a table is read again at each assignment, and so would be the letter. */
function leftOut({ topic, partition, offset, key }: RawMessage, cause: unknown): PipelineError {
  const { code, message } = toPipelineError(cause);
  const where = `Entry ${offset} of partition ${partition} of ${topic}, key ${key}`;
  return new PipelineError('permanent', code, `${where}, is left out of the table: ${message}`, { cause });
}
