import type { Instant } from './clock.ts';
import type { EffectPermit } from './effects.ts';
import type { PipelineError } from './errors.ts';
import type { Message, OutgoingMessage } from './message.ts';

/**
 * Handles the messages of one key that wait, in order of arrival (one, unless the topology says `coalesce`), and
 * returns what it wants published. It holds no producer. The source offsets are done only after everything returned is
 * acknowledged. Must be idempotent: the same messages may come again.
 *
 * It throws a `PipelineError`, whose class decides what happens, or `CallAgain`.
 */
export type Handler<Value = never, State = never> = (
  messages: readonly [Message<Value>, ...Message<Value>[]],
  context: HandlerContext<State>,
) => Promise<readonly OutgoingMessage[]>;

export interface HandlerContext<State = never> {
  readonly key: string;
  /** 1-based; counts the tries of these messages in this process. `CallAgain` does not count. */
  readonly attempt: number;
  /** Aborts when the partition is lost or the service stops hard. */
  readonly signal: AbortSignal;
  /** The key's entry in the state store. */
  readonly state: KeyState<State>;
  /**
   * Runs one call that changes something at a vendor, in one of the `CONCURRENCY` slots, with a fresh permit whose
   * signal is the one deadline for queue, connect and body. While the partition may be another member's already, as after
   * the process was frozen or while it is cut off from the broker, it waits.
   * @throws PipelineError `transient`, `notSent`, codes `start-window-passed` (more than `startWithinMs` have passed
   * since `intentAt`: record the intent again), `draining` (the service stops or has lost the partition: say on record
   * that nothing was started, which succeeds until the next owner is there), `ownership-unproven` (it may have lost it)
   * and `effect-paused` (see `ensureNotPaused`); `permanent`, `transient-exhausted` (see `exhausted`); besides what the
   * call itself throws.
   */
  effect<Result>(effect: Effect, call: (permit: EffectPermit) => Promise<Result>): Promise<Result>;
  /**
   * To be asked before the intent of an effect is put on record: while a permission is missing, nobody's can start.
   * @throws PipelineError `transient`, `notSent`, `effect-paused`: let it through, the runtime waits.
   */
  ensureNotPaused(effect: string): void;
  /**
   * The error with which a call ends that has failed for this message alone for `PARK_AFTER_MS`: it is refused as if the
   * vendor had refused it for good. To be asked before the intent of an effect is put on record; undefined: try it.
   */
  exhausted(call: Call): PipelineError | undefined;
  /**
   * These messages as a dead letter, for `append`: the decision and the letter are then on record together or not at
   * all. A handler without state throws a `permanent` error instead.
   */
  deadLetters(error: PipelineError): OutgoingMessage<Uint8Array>[];
  /**
   * Runs one call that reads from a vendor, in one of the `CONCURRENCY` slots, under the read deadline.
   * @throws PipelineError `permanent`, `transient-exhausted` (see `exhausted`), besides what the call itself throws.
   */
  read<Result>(what: Call, call: (signal: AbortSignal) => Promise<Result>): Promise<Result>;
}

/** A call to a vendor, as its failures are counted. */
export interface Call {
  /** What is called, e.g. `placeOrder`: the same where it succeeds or fails for all alike. */
  readonly name: string;
  /** What of the message it is for, when it is for several: failures of one do not count for another. */
  readonly part?: string | undefined;
}

export interface Effect extends Call {
  /** When the intent was handed to the log, and how long after that the call may still start. */
  readonly intentAt?: Instant;
  readonly startWithinMs?: number;
}

export interface KeyState<State> {
  /** undefined: the store has no entry for the key. */
  readonly value: State | undefined;
  /**
   * Writes the entry, and further messages with it, in one transaction of the partition's single writer. Resolves when
   * it is committed with the moment at which it was handed to the log; then `value` is the new one.
   * @throws PipelineError `fenced` when another process owns the partition, `transient` when the outcome of the commit
   * is not known: the store is then restored anew, and the handler called again with what it holds.
   */
  append(next: State, also?: readonly OutgoingMessage[]): Promise<Instant>;
  /** When our claim on the partition was acknowledged. */
  readonly ownedSince: Instant;
  /** true: the present value was read back at assignment, not written by this process since. */
  readonly restored: boolean;
}
