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
  restored?(partition: number, entries: number, durationMs: number): void;
  /** The partition is owned by another process although the group gave it to this one. */
  fenced?(partition: number): void;
  committed?(topic: string, partition: number, offset: bigint): void;
  effect?(name: string, durationMs: number, error: PipelineError | undefined): void;
  /** The consumer stopped; without `restarts` for good: the process is of no use any more. */
  crashed?(error: Error, restarts: boolean): void;
  /** A fault in the runtime or in an observer. */
  defect?(error: unknown): void;
}

/** A reading of the runtime's gauges. */
export interface ProcessorStatus {
  readonly joined: boolean;
  /** Of each source; 0: not known yet. */
  readonly partitions: number;
  readonly ownedPartitions: number;
  readonly restoringPartitions: number;
  readonly fencedPartitions: readonly number[];
  readonly inFlight: number;
  readonly keysRunning: number;
  readonly keysWaiting: number;
  readonly unfinished: number;
  readonly unfinishedBytes: number;
  readonly oldestUnfinishedAgeMs: number;
  /** Most messages fail for good just now: they wait instead of becoming dead letters. */
  readonly deadLettersHeldBack: boolean;
  /** Messages that wait aside, in the topology's `held` topic. */
  readonly held: number;
  readonly crashed: boolean;
  /** Why it does not work, or not on all of its partitions, each with the way out. Not ready while there is one. */
  readonly problems: readonly string[];
}
