import { elapsedSince, type Instant, instant } from '../clock.ts';
import type { EffectPauses } from '../effectPauses.ts';
import { issuePermit } from '../effects.ts';
import { PipelineError, toPipelineError } from '../errors.ts';
import type { Call, HandlerContext, KeyState } from '../handler.ts';
import type { OutgoingMessage } from '../message.ts';
import { nextTurn } from '../nextTurn.ts';
import { onAbort } from '../onAbort.ts';
import type { ProcessorObserver } from '../observer.ts';
import type { Parking, Trouble } from '../parking.ts';
import { pause } from '../pause.ts';
import type { Slots } from '../slots.ts';
import type { Topology } from '../topology.ts';
import { type EncodeOutgoing, encodeValue, type OutgoingEncoderOptions } from './encodeOutgoing.ts';
import type { ValueCodec } from './keyExecution.ts';
import type { PartitionStore } from './partitionStore.ts';
import type { PartitionWork } from './partitionWork.ts';

export interface HandlerContextOptions {
  readonly topology: Topology<unknown, unknown>;
  readonly codec: ValueCodec;
  readonly encode: EncodeOutgoing;
  readonly headersOf?: OutgoingEncoderOptions['headersOf'];
  readonly slots: Slots;
  readonly pauses: EffectPauses;
  readonly requestTimeoutMs: number;
  readonly readTimeoutMs: number;
  readonly observer: ProcessorObserver;
  readonly parking: Parking;
  readonly isDraining: () => boolean;
  /** Is its partition ours for sure, just now? Nothing is changed at a vendor while it may be another's. */
  readonly isOwned: (work: PartitionWork) => boolean;
  /** Aborts when the service stops hard. */
  readonly stopped: AbortSignal;
  /** The store failed: its partition is to be given up (`fenced`) or restored anew. */
  readonly onStoreFailure: (work: PartitionWork, store: PartitionStore, error: PipelineError) => void;
}

export interface HandlerCall {
  readonly key: string;
  readonly attempt: number;
  readonly work: PartitionWork;
  /** Of the first message. */
  readonly headers: Readonly<Record<string, string>>;
  readonly deadLetters: (error: PipelineError) => OutgoingMessage<Uint8Array>[];
  /** An effect has succeeded: what follows is to put that on record. */
  readonly onEffectDone: () => void;
  /** Of the first message; undefined: none of its calls has failed. */
  readonly trouble: () => Trouble | undefined;
  readonly beginTrouble: () => Trouble;
}

/** A heartbeat takes longer. */
const OWNED_POLL_MS = 100;
const LOST = 'its partition was lost, or the service stopped hard';
const UNPROVEN = 'the consumer group has not confirmed within a session that its partition is still ours';

/**
 * What a handler is given for one call.
 * @throws PipelineError `transient`, `not-restored`, when the partition is not open: its state would look empty.
 */
export type CreateHandlerContext = (call: HandlerCall) => Promise<HandlerContext<unknown>>;

export function createContexts(options: HandlerContextOptions): CreateHandlerContext {
  const { topology, codec, observer, slots, pauses, parking } = options;

  async function loadState({ key, work, headers }: HandlerCall): Promise<KeyState<unknown>> {
    const { state } = topology;
    if (!state) return withoutState(topology.name);
    const { store } = work;
    const bytes = store?.get(key);
    let value = bytes && (await codec.decode(state, bytes));
    // Looked at last: decoding may have waited for the registry, and the store been replaced meanwhile.
    if (!store || work.store !== store || work.status !== 'open') throw notRestored(work.partition);
    return {
      get value() {
        return value;
      },
      get restored() {
        return value !== undefined && !store.isOwn(key);
      },
      get ownedSince() {
        return store.ownedSince;
      },
      async append(next, also = []) {
        const described = options.headersOf?.(state, headers);
        const entry = {
          key,
          value: await encodeValue(codec, state, next),
          ...(described ? { headers: described } : {}),
        };
        const messages = await options.encode(also, headers);
        try {
          const sentAt = await store.append(entry, messages);
          value = next;
          return sentAt;
        } catch (error) {
          options.onStoreFailure(work, store, toPipelineError(error));
          throw error;
        }
      },
    };
  }

  /** One for all calls of a partition: such a signal costs more than the rest of a call's context. */
  const waitSignals = new WeakMap<PartitionWork, AbortSignal>();
  function waitSignalOf(work: PartitionWork): AbortSignal {
    const signal = waitSignals.get(work) ?? AbortSignal.any([work.abort.signal, options.stopped]);
    waitSignals.set(work, signal);
    return signal;
  }

  async function untilOwned(work: PartitionWork, signal: AbortSignal): Promise<void> {
    while (!options.isOwned(work) && !signal.aborted && !options.isDraining()) await pause(OWNED_POLL_MS, signal);
  }

  const isOwnedInTime = (work: PartitionWork, begun: Instant): boolean =>
    options.isOwned(work) && elapsedSince(begun) < options.requestTimeoutMs;

  const noteFailure = (what: Call, { trouble, beginTrouble }: HandlerCall, error: PipelineError): void =>
    parking.failed(what, trouble() ?? beginTrouble(), error);

  function ensureNotExhausted(what: Call, { trouble }: HandlerCall): void {
    const exhausted = parking.exhausted(what, trouble());
    if (exhausted) throw exhausted;
  }

  return async (call) => {
    const { key, attempt, work, deadLetters } = call;
    const waitSignal = waitSignalOf(work);
    return {
      key,
      attempt,
      signal: waitSignal,
      state: await loadState(call),
      ensureNotPaused: (effect) => pauses.ensureNotPaused(effect),
      // A call under way is not broken off when the partition is lost: its outcome would be in doubt for the new owner.
      exhausted: (what) => parking.exhausted(what, call.trouble()),
      async effect({ name, part, intentAt, startWithinMs }, make) {
        const what = { name, part };
        ensureNotExhausted(what, call);
        pauses.ensureNotPaused(name);
        if (!options.isOwned(work)) await untilOwned(work, waitSignal);
        let reached = false;
        const inSlot = slots.use(waitSignal, async () => {
          reached = true;
          if (options.isDraining()) throw notStarted('draining', name, 'the service is stopping');
          if (waitSignal.aborted) throw notStarted('draining', name, LOST);
          if (!options.isOwned(work)) throw notStarted('ownership-unproven', name, UNPROVEN);
          if (intentAt && startWithinMs !== undefined && elapsedSince(intentAt) > startWithinMs) {
            throw notStarted('start-window-passed', name, `its intent is older than ${startWithinMs} ms`);
          }
          return pauses.run(name, async () => {
            const begun = instant();
            try {
              const result = await withDeadline(options.requestTimeoutMs, options.stopped, (signal) =>
                make(issuePermit(name, signal, () => isOwnedInTime(work, begun))),
              );
              observer.effect?.(name, performance.now() - begun.monotonic, undefined);
              parking.succeeded(what, call.trouble());
              return result;
            } catch (error) {
              const failure = toPipelineError(error);
              observer.effect?.(name, performance.now() - begun.monotonic, failure);
              noteFailure(what, call, failure);
              throw error;
            }
          });
        });
        try {
          const result = await inSlot;
          // The place is free already: who waits for it and whose answers are here goes first.
          await nextTurn();
          call.onEffectDone();
          return result;
        } catch (error) {
          throw reached ? error : notStarted('draining', name, LOST);
        }
      },
      deadLetters,
      async read(what, make) {
        ensureNotExhausted(what, call);
        const result = await slots.use(waitSignal, async () => {
          try {
            const found = await withDeadline(options.readTimeoutMs, waitSignal, make);
            parking.succeeded(what, call.trouble());
            return found;
          } catch (error) {
            noteFailure(what, call, toPipelineError(error));
            throw error;
          }
        });
        await nextTurn();
        return result;
      },
    };
  };
}

/**
 * Not `AbortSignal.timeout`: its timer would stay, with all that it holds, long after the call has ended. Nor
 * `AbortSignal.any`, whose weak references make work for the garbage collector with every call.
 */
async function withDeadline<Result>(
  ms: number,
  outer: AbortSignal,
  call: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new DOMException(`No answer within ${ms} ms`, 'TimeoutError')), ms);
  const unfollow = onAbort(outer, (reason) => deadline.abort(reason));
  try {
    return await call(deadline.signal);
  } finally {
    clearTimeout(timer);
    unfollow();
  }
}

function withoutState(name: string): KeyState<unknown> {
  const append = () => Promise.reject(new PipelineError('permanent', 'defect', `${name} has no state.`));
  return { value: undefined, restored: false, ownedSince: { monotonic: 0, wall: 0 }, append };
}

const notStarted = (code: string, effect: string, why: string): PipelineError =>
  new PipelineError('transient', code, `${effect} was not started: ${why}.`, { notSent: true, stage: 'call' });

const notRestored = (partition: number): PipelineError =>
  new PipelineError('transient', 'not-restored', `The state of partition ${partition} is being restored.`, {
    notSent: true,
  });
