import type { Cursor } from './cursor.ts';

/** A notification that is made anew: what a push of it would have been. */
export interface CaughtUp {
  /** Of the record: that of a push. */
  readonly key: string;
  readonly value: Buffer;
  /** Of several of one page with the same text the last one says it all. */
  readonly collapse: string;
}

/** What was read at once. */
export interface CaughtUpPage {
  /** In the order in which it happened. */
  readonly notifications: readonly CaughtUp[];
  /** Behind the last that was read; undefined: there was nothing up to `until` any more. */
  readonly next: Cursor | undefined;
}

export interface PageRequest {
  readonly after: Cursor;
  /** Exclusive, ISO. */
  readonly until: string;
  readonly signal: AbortSignal;
}

/** A vendor's own record of what happened. */
export interface CatchUpSource {
  /** Of what it is made, e.g. `messages`. */
  readonly kind: string;
  /**
   * Asked before each sweep: can the record be relied on? Resolves with how long the vendor keeps it, in milliseconds;
   * undefined: for ever, or not known.
   * @throws PipelineError that says what to switch on.
   */
  check(signal: AbortSignal): Promise<{ readonly retentionMs: number | undefined }>;
  /** Ascending by (time, id), each once. @throws PipelineError. */
  readPage(request: PageRequest): Promise<CaughtUpPage>;
}
