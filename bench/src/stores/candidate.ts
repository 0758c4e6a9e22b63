/** One partition of a state, kept in one of the ways that are compared. */
export interface PartitionStore {
  /** Takes so many as a fetch brings at once. */
  fill(entries: readonly Entry[]): void | Promise<void>;
  /** One entry that was just committed. */
  set(entry: Entry): void | Promise<void>;
  get(key: string): Uint8Array | undefined;
  /** Leaves on disk what the next process opens. */
  close(): void | Promise<void>;
}

export interface Entry {
  readonly key: string;
  readonly value: Buffer;
}

/** Opens what is there, empty if nothing is. `path` is the store's own: a file or a directory, as it likes. */
export type OpenPartition = (path: string) => PartitionStore | Promise<PartitionStore>;
