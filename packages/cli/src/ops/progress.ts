const SILENT_MS = 2_000;
const EVERY_MS = 3_000;

export interface Progress {
  readonly read: number;
  /** As far as offsets tell: compaction leaves fewer. */
  readonly total: number;
}

type Clock = () => number;
const monotonic: Clock = performance.now.bind(performance);

/** Whether it is time to say how far something is: after a moment of silence, then every few seconds. */
export function createTiming(now: Clock = monotonic): () => boolean {
  let toldAt = now() + SILENT_MS - EVERY_MS;
  return () => {
    if (now() - toldAt < EVERY_MS) return false;
    toldAt = now();
    return true;
  };
}

/** Says how far a long read is, once it takes longer than a moment. */
export function createProgress(say: (line: string) => void, now: Clock = monotonic) {
  const isTime = createTiming(now);
  return ({ read, total }: Progress): void => {
    if (isTime()) say(`… read ${read} of at most ${total} records`);
  };
}
