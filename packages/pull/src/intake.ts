import { createRetryPolicy, PipelineError, type RetryPolicy } from '@pipeline/streams';
import type { LandingOutcome } from '@pipeline/landing';
import type { PullObserver, PullStage } from './pullObserver.ts';
import type { Intake, PulledMessage } from './pullSource.ts';

export interface IntakeOptions {
  /** Resolves when Kafka has all of the body, or it is known that it has not. Never rejects. */
  readonly land: (body: Buffer) => Promise<LandingOutcome>;
  /** In hand at most; what one answer of the source brings may go beyond it. */
  readonly maxMessages: number;
  readonly maxBytes: number;
  /** Of a body; a larger one is not landed. */
  readonly bodyLimit: number;
  readonly landed: (outcome: LandingOutcome) => void;
  readonly observer: PullObserver;
  /** Pauses after failures. (Default: up to 1 s, doubled with each, up to 30 s) */
  readonly retry?: RetryPolicy;
}

export interface ClosableIntake extends Intake {
  /** Nothing is taken from now on. Resolves when nothing is in hand. */
  close(): Promise<void>;
  /** From now on nothing is acknowledged or given back any more: what is in hand comes again. */
  abandon(): void;
  /** Why nothing is read just now; undefined: it is. */
  readonly problem: string | undefined;
}

const later = new PipelineError('transient', 'not-landed', 'Kafka did not take a notification.');
const notYet = 'nothing was read yet';
/** What Kafka will never take is not worth asking for again soon. */
const HOPELESS_MS = 30_000;

/**
 * The one place that decides when a message is acknowledged: when Kafka has it, never before. While Kafka takes nothing,
 * nothing more is taken from the source either: each delivery in vain brings a message nearer to the source's own
 * dead-letter queue.
 */
export function createIntake(options: IntakeOptions): ClosableIntake {
  const { land, maxMessages, maxBytes, bodyLimit, landed, observer } = options;
  const retry = options.retry ?? createRetryPolicy({ baseMs: 1_000, capMs: 30_000 });
  const controller = new AbortController();
  const closing = controller.signal;
  let messages = 0;
  let bytes = 0;
  let failures = 0;
  let resting: NodeJS.Timeout | undefined;
  let abandoned = false;
  let problem: string | undefined = notYet;
  let watchers: (() => void)[] = [];

  /** Whoever waits looks again. */
  const changed = (): void => {
    const waiting = watchers;
    watchers = [];
    for (const look of waiting) look();
  };
  const change = (): Promise<void> => new Promise((resolve) => watchers.push(resolve));
  const room = (): number => (bytes < maxBytes ? Math.max(0, maxMessages - messages) : 0);

  /** Rests before more is taken; says for how long. What fails meanwhile was in hand, and says nothing new. */
  function rest(): number {
    if (resting === undefined) failures += 1;
    const ms = retry.delayAfter(failures, later);
    resting ??= setTimeout(() => {
      resting = undefined;
      changed();
    }, ms);
    return ms;
  }

  async function tryTo(stage: PullStage, step: () => Promise<void>): Promise<void> {
    if (abandoned) return;
    try {
      await step();
      if (stage === 'acknowledge') observer.acknowledged();
    } catch (error) {
      observer.failed(stage, error);
    }
  }

  async function settle({ body, acknowledge, giveBack }: PulledMessage): Promise<void> {
    const outcome: LandingOutcome =
      body.length > bodyLimit ? { kind: 'rejected', reason: 'too-large' } : await land(body);
    landed(outcome);
    if (outcome.kind === 'landed') {
      failures = 0;
      return tryTo('acknowledge', acknowledge);
    }
    const afterMs = outcome.reason === 'publish-failed' ? rest() : HOPELESS_MS;
    return tryTo('give-back', () => giveBack(afterMs));
  }

  closing.addEventListener('abort', () => {
    clearTimeout(resting);
    changed();
  });

  return {
    closing,
    async whenOpen() {
      while (!closing.aborted && (room() === 0 || resting !== undefined)) await change();
      return !closing.aborted;
    },
    get room() {
      return room();
    },
    async take(message) {
      observer.received();
      messages += 1;
      bytes += message.body.length;
      try {
        // A source that runs on while it closes: what it brings comes again.
        if (closing.aborted) await tryTo('give-back', () => message.giveBack(0));
        else await settle(message);
      } finally {
        messages -= 1;
        bytes -= message.body.length;
        changed();
      }
    },
    trouble(error) {
      if (closing.aborted) return;
      if (error === undefined) {
        if (problem !== undefined && problem !== notYet) observer.recovered();
        problem = undefined;
        return;
      }
      problem = error instanceof Error ? error.message : 'it failed';
      observer.failed('read', error);
    },
    failed: (stage, error) => observer.failed(stage, error),
    get inHand() {
      return { messages, bytes };
    },
    get problem() {
      return problem;
    },
    async close() {
      controller.abort();
      while (messages > 0 && !abandoned) await change();
    },
    abandon() {
      abandoned = true;
      controller.abort();
      changed();
    },
  };
}
