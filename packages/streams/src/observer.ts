import type { PipelineError } from './errors.ts';
import type { RawMessage } from './message.ts';

/** `held`: its offset is done, and it is finished once more when it no longer waits. */
export type Outcome = 'done' | 'dead-letter' | 'gone' | 'held';

/** What the runtime tells about itself, for logs and metrics. Every function is optional and must not throw. */
export interface ProcessorObserver {
  consumed?(topic: string, count: number): void;
  /** A message is finished: its offset may be committed. */
  finished?(message: RawMessage, outcome: Outcome, durationMs: number): void;
  /** A message stays and is tried again. */
  retrying?(message: RawMessage, error: PipelineError, attempt: number, afterMs: number): void;
  deadLettered?(message: RawMessage, error: PipelineError): void;
  assigned?(change: {
    readonly acquired: readonly number[];
    readonly lost: readonly number[];
    readonly owned: number;
  }): void;
  /** Said again and again while a restore takes long. */
  restoring?(partition: number, progress: RestoreProgress): void;
  /** @param durationMs since it was assigned */
  restored?(partition: number, entries: number, durationMs: number, source: RestoreSource): void;
  /** A checkpoint was on the disk, but cannot be used: the state is read from its topic. */
  checkpointDiscarded?(partition: number, reason: string): void;
  checkpointSaved?(
    partition: number,
    size: { readonly bytes: number; readonly entries: number },
    durationMs: number,
  ): void;
  /** It could not be read or written; only the next restore takes longer for it. */
  checkpointFailed?(partition: number, error: unknown): void;
  /** The partition is owned by another process although the group gave it to this one. */
  fenced?(partition: number): void;
  committed?(topic: string, partition: number, offset: bigint): void;
  effect?(name: string, durationMs: number, error: PipelineError | undefined): void;
  /** The vendor says that a permission is missing: nobody's effect of that name starts until it is there. */
  effectPaused?(name: string, error: PipelineError): void;
  effectResumed?(name: string): void;
  /** The consumer stopped; without `restarts` for good: the process is of no use any more. */
  crashed?(error: Error, restarts: boolean): void;
  /** A fault in the runtime or in an observer. */
  defect?(error: unknown): void;
}

/** Where most of a state was read: from its topic alone, or from a checkpoint on the disk and what came after it. */
export type RestoreSource = 'topic' | 'checkpoint';

export interface RestoreProgress {
  readonly source: RestoreSource;
  readonly entries: number;
  /** Of the state topic: the next one to be read, and the end as it was when the partition was assigned. */
  readonly offset: bigint;
  readonly end: bigint;
  readonly elapsedMs: number;
}

/** A reading of the runtime's gauges. */
export interface ProcessorStatus {
  readonly joined: boolean;
  /** Of each source; 0: not known yet. */
  readonly partitions: number;
  readonly ownedPartitions: number;
  readonly restoringPartitions: number;
  /** Offsets of state topics that are still to be read, of all partitions. */
  readonly restoreRemaining: number;
  /** Of the state that this process holds. */
  readonly stateEntries: number;
  readonly stateBytes: number;
  readonly fencedPartitions: readonly number[];
  readonly inFlight: number;
  readonly keysRunning: number;
  readonly keysWaiting: number;
  /** Of the sources. What of the lanes waits for its turn is in `replayLag`. */
  readonly unfinished: number;
  readonly unfinishedBytes: number;
  readonly oldestUnfinishedAgeMs: number;
  /** Most messages fail for good just now: they wait instead of becoming dead letters. */
  readonly deadLettersHeldBack: boolean;
  /** Messages of each lane that are not finished, fetched or not, by deployed name; of this member's partitions. */
  readonly replayLag: ReadonlyMap<string, number>;
  /** Effects that wait for a permission, by name. */
  readonly pausedEffects: readonly string[];
  /** Messages that wait aside, in the topology's `held` topic. */
  readonly held: number;
  readonly crashed: boolean;
  /** Why it does not work, or not on all of its partitions, each with the way out. Not ready while there is one. */
  readonly problems: readonly string[];
}
