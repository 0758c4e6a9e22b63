import type { Topic } from '@pipeline/schemas';
import { elapsedSince, type Instant } from '../clock.ts';
import { createEffectPauses, type EffectPauses } from '../effectPauses.ts';
import { issuePermit } from '../effects.ts';
import { CallAgain, PipelineError, toPipelineError } from '../errors.ts';
import type { Call, Handler, HandlerContext, KeyState } from '../handler.ts';
import type { Message, OutgoingMessage } from '../message.ts';
import { createParking } from '../parking.ts';
import type { TestClock } from './testClock.ts';

export interface Append<State> {
  readonly entry: State;
  readonly also: readonly OutgoingMessage[];
}

/** How the handling of messages ended. */
export type Ending = 'done' | 'gone' | 'dead-letter';

export interface KeyTesterOptions<Value, State> {
  readonly key: string;
  readonly source: Topic<Value>;
  readonly deadLetters: Topic<Uint8Array>;
  readonly clock: TestClock;
  /** Builds the handler of a process; called again for each process that follows. `member` names the process. */
  readonly create: (member: string) => Handler<Value, State>;
  /** Calls of the handler for one delivery, after which it is taken to loop for ever. (Default: 1,000) */
  readonly mostCalls?: number;
}

/** A handler with one key, as the runtime drives it: without Kafka, in the test's own time. */
export interface KeyTester<Value, State> {
  /** What the state topic holds. May be set before anything is handled. */
  state: State | undefined;
  readonly appends: readonly Append<State>[];
  readonly published: readonly OutgoingMessage[];
  /** Errors of messages that became dead letters: thrown by the handler, or with an append. */
  readonly letters: readonly PipelineError[];
  /** Errors after which the messages stayed. */
  readonly retries: readonly PipelineError[];
  /** Names of the effects that were started. */
  readonly effects: readonly string[];
  readonly reads: number;
  /** How many messages were held. */
  readonly held: number;
  /** The messages in hand, one or, with `coalesce`, several. */
  message(value: Value, over?: Partial<Message<Value>>): Message<Value>;
  /** Calls the handler once. */
  call(...messages: readonly [Message<Value>, ...Message<Value>[]]): Promise<void>;
  /** Calls it as the runtime does, waiting in the test's time, until the messages are finished. */
  deliver(...messages: readonly [Message<Value>, ...Message<Value>[]]): Promise<Ending>;
  /** The process is gone; the next one restores the state and claims the partition now. */
  restart(): void;
  /** The same process restores the state and claims the partition now. */
  claimAnew(): void;
  /** To be returned by a fake in the middle of a call: the process dies there, and `deliver` goes on with the next one. */
  crash(): Promise<never>;
  /** The outcome of the next append is reported as unknown. */
  loseNextAppend(how: 'committed' | 'not-committed'): void;
  /** From now on this process starts no effect. */
  drain(): void;
  /** The next effect is not started since the process drains; the next one takes over then. */
  drainOnce(): void;
  /** Before each effect starts, e.g. to let time pass in the queue. */
  beforeEffect: () => void;
  /** Until a retry, where the error asks for no time. (Default: 500 ms) */
  retryMs: number;
  /** Does a call succeed for others while it fails for these messages? Then it is given up at last. (Default: false) */
  othersSucceed: boolean;
  /** Aborts the signal that handlers of this process see. */
  losePartition(): void;
}

interface Process<Value, State> {
  readonly handler: Handler<Value, State>;
  readonly lost: AbortController;
  readonly pauses: EffectPauses;
  ownedSince: Instant;
  own: boolean;
}

export function createKeyTester<Value, State = never>(
  options: KeyTesterOptions<Value, State>,
): KeyTester<Value, State> {
  const { key, clock, mostCalls = 1_000 } = options;
  const appends: Append<State>[] = [];
  const published: OutgoingMessage[] = [];
  const letters: PipelineError[] = [];
  const retries: PipelineError[] = [];
  const effects: string[] = [];
  let state: State | undefined;
  let reads = 0;
  let held = 0;
  let members = 0;
  let offset = 0n;
  let lostAppend: 'committed' | 'not-committed' | undefined;
  let draining = false;
  let drained: () => void = () => undefined;
  let process = startProcess();
  const parking = createParking({ now: () => clock.now().monotonic });
  let trouble = parking.beginTrouble();
  let onCrash: () => void = () => undefined;

  function startProcess(): Process<Value, State> {
    const handler = options.create(`member-${++members}`);
    const pauses = createEffectPauses({ now: () => clock.now().monotonic });
    return { handler, lost: new AbortController(), pauses, ownedSince: clock.now(), own: false };
  }

  function restore(): void {
    process.ownedSince = clock.now();
    process.own = false;
  }

  async function append(entry: State, also: readonly OutgoingMessage[] = []): Promise<Instant> {
    const sentAt = clock.now();
    const how = lostAppend;
    lostAppend = undefined;
    await Promise.resolve();
    if (how !== 'not-committed') {
      state = structuredClone(entry);
      appends.push({ entry, also });
      process.own = true;
    }
    if (!how) return sentAt;
    restore();
    throw new PipelineError('transient', 'commit-unknown', 'Whether it was committed is not known.');
  }

  function ensureNotExhausted(what: Call): void {
    const exhausted = parking.exhausted(what, trouble);
    if (exhausted) throw exhausted;
  }

  async function noted<Result>(what: Call, call: () => Promise<Result>): Promise<Result> {
    try {
      const result = await call();
      parking.succeeded(what, trouble);
      return result;
    } catch (thrown) {
      if (tester.othersSucceed) parking.succeeded(what);
      parking.failed(what, trouble, toPipelineError(thrown));
      throw thrown;
    }
  }

  function createContext(messages: readonly Message<Value>[], attempt: number): HandlerContext<State> {
    const { lost, pauses } = process;
    const keyState: KeyState<State> = {
      get value() {
        return state;
      },
      get restored() {
        return state !== undefined && !process.own;
      },
      ownedSince: process.ownedSince,
      append,
    };
    return {
      key,
      attempt,
      signal: lost.signal,
      state: keyState,
      ensureNotPaused: (effect) => pauses.ensureNotPaused(effect),
      exhausted: (what) => parking.exhausted(what, trouble),
      async effect({ name, part, intentAt, startWithinMs }, call) {
        const what = { name, part };
        ensureNotExhausted(what);
        tester.beforeEffect();
        if (draining) throw notStarted('draining');
        if (intentAt && startWithinMs !== undefined && elapsedSince(intentAt, clock.now()) > startWithinMs)
          throw notStarted('start-window-passed');
        return pauses.run(name, () => {
          effects.push(name);
          return noted(what, () => call(issuePermit(name, new AbortController().signal)));
        });
      },
      async read(what, call) {
        ensureNotExhausted(what);
        reads++;
        return noted(what, () => call(lost.signal));
      },
      deadLetters(error) {
        letters.push(error);
        const bytes = Buffer.from('the original bytes');
        return messages.map(() => ({ topic: options.deadLetters, key, value: bytes }));
      },
    };
  }

  const call = async (messages: readonly [Message<Value>, ...Message<Value>[]], attempt: number): Promise<void> => {
    published.push(...(await process.handler(messages, createContext(messages, attempt))));
  };

  async function deliver(delivered: readonly [Message<Value>, ...Message<Value>[]]): Promise<Ending> {
    let messages = delivered;
    let failures = 0;
    trouble = parking.beginTrouble();
    for (let calls = 0; calls < mostCalls; calls++) {
      const crashed = new Promise<'crashed'>((resolve) => {
        onCrash = () => resolve('crashed');
      });
      try {
        const end = await Promise.race([call(messages, failures + 1), crashed]);
        if (end !== 'crashed') return 'done';
        failures = 0;
      } catch (thrown) {
        if (thrown instanceof CallAgain) {
          const [first] = messages;
          if (thrown.hold && first.heldSince === undefined) {
            held++;
            messages = [{ ...first, heldSince: clock.now().wall }];
            continue;
          }
          clock.advance(Math.max(1, thrown.afterMs));
          continue;
        }
        const error = toPipelineError(thrown);
        if (error.errorClass === 'gone') return 'gone';
        if (error.errorClass === 'permanent') {
          letters.push(error);
          return 'dead-letter';
        }
        failures++;
        retries.push(error);
        if (error.code === 'draining') drained();
        clock.advance(error.retryAfterMs ?? tester.retryMs);
      }
    }
    throw new Error(`Not finished after ${mostCalls} calls; last: ${retries.at(-1)?.message ?? 'no error'}`);
  }

  const tester: KeyTester<Value, State> = {
    get state() {
      return state;
    },
    set state(value) {
      state = value;
      process.own = false;
    },
    appends,
    published,
    letters,
    retries,
    effects,
    get reads() {
      return reads;
    },
    get held() {
      return held;
    },
    message: (value, over = {}) => ({
      source: options.source,
      topic: options.source.name,
      partition: 0,
      offset: offset++,
      key,
      value,
      headers: {},
      timestamp: clock.now().wall,
      ...over,
    }),
    call: (...messages) => call(messages, 1),
    deliver: (...messages) => deliver(messages),
    restart() {
      draining = false;
      drained = () => undefined;
      process = startProcess();
      trouble = parking.beginTrouble();
    },
    claimAnew: restore,
    crash() {
      tester.restart();
      onCrash();
      return new Promise(() => undefined);
    },
    loseNextAppend: (how) => {
      lostAppend = how;
    },
    drain: () => {
      draining = true;
    },
    drainOnce: () => {
      draining = true;
      drained = () => tester.restart();
    },
    beforeEffect: () => undefined,
    retryMs: 500,
    othersSucceed: false,
    losePartition: () => process.lost.abort(new PipelineError('fenced', 'partition-lost', 'It was given away.')),
  };
  return tester;
}

const notStarted = (code: string): PipelineError =>
  new PipelineError('transient', code, 'It was not started.', { notSent: true, stage: 'call' });
