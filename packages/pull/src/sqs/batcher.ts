/** Gathers calls of one kind into requests. */
export interface Batcher<Entry> {
  /** Resolves or rejects with the fate of this entry. */
  add(entry: Entry): Promise<void>;
}

/**
 * A request has at most `size` entries and waits at most `delayMs` for them.
 * @param send resolves with what failed, by its place in the request; others are done. Rejects: all have failed.
 */
export function createBatcher<Entry>(
  { size, delayMs }: { readonly size: number; readonly delayMs: number },
  send: (entries: readonly Entry[]) => Promise<ReadonlyMap<number, Error>>,
): Batcher<Entry> {
  interface Waiting {
    readonly entry: Entry;
    readonly settle: (error?: unknown) => void;
  }
  let waiting: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const batch = waiting;
    waiting = [];
    try {
      const failed = await send(batch.map(({ entry }) => entry));
      for (const [index, { settle }] of batch.entries()) settle(failed.get(index));
    } catch (error) {
      for (const { settle } of batch) settle(error);
    }
  }

  return {
    add: (entry) =>
      new Promise<void>((resolve, reject) => {
        const settle = (error?: unknown): void => (error === undefined ? resolve() : reject(error as Error));
        waiting.push({ entry, settle });
        if (waiting.length >= size) void flush();
        else timer ??= setTimeout(() => void flush(), delayMs);
      }),
  };
}
