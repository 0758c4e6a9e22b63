import type { PullStage } from './pullObserver.ts';

/** Where notifications are fetched from; a label of metrics and log lines. */
export type PullTransport = 'sqs' | 'pubsub' | 'servicebus' | 'kafka';

/** One message of a source, in hand until one of its two calls has ended. */
export interface PulledMessage {
  readonly body: Buffer;
  /** Tells the source that it is done. Called only when Kafka has it, at most once. */
  readonly acknowledge: () => Promise<void>;
  /** It was not landed: the source is to send it again, after so many milliseconds or later. */
  readonly giveBack: (afterMs: number) => Promise<void>;
}

/** Takes messages from sources: the same for all of them. */
export interface Intake {
  /** More may be taken: there is room, and Kafka takes what is landed. false: the intake closes. */
  whenOpen(): Promise<boolean>;
  /** Messages that may be taken now. */
  readonly room: number;
  /** Lands, then acknowledges; gives back what was not landed. Counts as in hand from the call on. Never rejects. */
  take(message: PulledMessage): Promise<void>;
  /** The source cannot be read; undefined: it can (again). */
  trouble(error: unknown): void;
  /** Something else did not work there, after which a message comes again. Counted and logged. */
  failed(stage: PullStage, error: unknown): void;
  readonly inHand: { readonly messages: number; readonly bytes: number };
  /** Aborts when nothing may be taken any more. */
  readonly closing: AbortSignal;
}

/**
 * A source that is read. Its messages go to the intake and to nowhere else; what it has handed over and was not
 * acknowledged it sends again.
 */
export interface PullSource {
  /** Begins to read, and goes on after any failure until the intake closes. Never throws. */
  start(): void;
  /** Lets go of the source once nothing is in hand: acknowledgements that are under way get there first. */
  close(): Promise<void>;
}

/** Makes a source for its intake; loads the vendor's client. */
export type CreatePullSource = (intake: Intake) => Promise<PullSource>;
