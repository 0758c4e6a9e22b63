import type { RawMessage } from '../message.ts';
import type { Table } from '../topology.ts';
import type { AssignmentChange } from './groupConsumer.ts';
import type { ValueCodec } from './keyExecution.ts';
import { CLAIM_KEY } from './partitionStore.ts';

/** Follows the topics that a topology reads as tables. */
export interface TableReader {
  /** Deployed names. */
  readonly topics: readonly string[];
  onMessages(messages: readonly RawMessage[]): void;
  /** Goes on where it was in the partitions that stay: nothing is committed, so the group would begin anew. */
  onAssigned(change: AssignmentChange, seek: (topic: string, partition: number, offset: bigint) => void): void;
}

export interface TableReaderOptions {
  readonly tables: readonly Table[];
  readonly prefix: string;
  readonly codec: ValueCodec;
  /** Called after the table has taken the key's entry. */
  readonly onEntry: (key: string) => void;
  readonly onDefect: (error: unknown) => void;
}

const RETRY_MS = 1_000;

export function createTableReader({ tables, prefix, codec, onEntry, onDefect }: TableReaderOptions): TableReader {
  const byTopic = new Map(tables.map((table) => [`${prefix}${table.topic.name}`, table]));
  const positions = new Map<string, bigint>();
  // Entries are taken in order: each batch waits for the one before it.
  let tail = Promise.resolve();

  async function take(table: Table, message: RawMessage): Promise<void> {
    const { key, value } = message;
    if (key === null || key === CLAIM_KEY) return;
    table.onEntry(key, value === null ? null : await codec.decode(table.topic, value));
    onEntry(key);
  }

  async function takeAll(messages: readonly RawMessage[]): Promise<void> {
    for (const message of messages) {
      const table = byTopic.get(message.topic);
      for (let taken = !table; !taken; ) {
        try {
          if (table) await take(table, message);
          taken = true;
        } catch (error) {
          onDefect(error);
          taken = (error as { errorClass?: string }).errorClass === 'permanent';
          if (!taken) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        }
      }
    }
  }

  return {
    topics: [...byTopic.keys()],
    onMessages(messages) {
      const last = messages.at(-1);
      if (!last) return;
      positions.set(`${last.topic}/${last.partition}`, last.offset + 1n);
      tail = tail.then(() => takeAll(messages));
    },
    onAssigned({ retained, lost }, seek) {
      for (const [topic, table] of byTopic) {
        for (const partition of retained) {
          const position = positions.get(`${topic}/${partition}`);
          if (position !== undefined) seek(topic, partition, position);
        }
        for (const partition of lost) {
          positions.delete(`${topic}/${partition}`);
          table.onLost?.(partition);
        }
      }
    },
  };
}
