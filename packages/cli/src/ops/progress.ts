const SILENT_MS = 2_000;
const EVERY_MS = 3_000;

export interface Progress {
  readonly read: number;
  /** As far as offsets tell: compaction leaves fewer. */
  readonly total: number;
}

/** Says how far a long read is, once it takes longer than a moment. */
export function createProgress(say: (line: string) => void, now: () => number = performance.now.bind(performance)) {
  const startedAt = now();
  let toldAt = startedAt + SILENT_MS - EVERY_MS;
  return ({ read, total }: Progress): void => {
    if (now() - toldAt < EVERY_MS) return;
    toldAt = now();
    say(`… read ${read} of at most ${total} records`);
  };
}
