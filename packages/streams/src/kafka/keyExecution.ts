import type { Topic } from '@pipeline/schemas';
import { elapsedSince } from '../clock.ts';
import { toDeadLetter } from '../deadLetter.ts';
import { issuePermit } from '../effects.ts';
import { CallAgain, PipelineError, toPipelineError } from '../errors.ts';
import type { HandlerContext, KeyState } from '../handler.ts';
import type { KeyOutcome } from '../keyedRunner.ts';
import type { Message, OutgoingMessage } from '../message.ts';
import type { Outcome, ProcessorObserver } from '../observer.ts';
import type { RetryPolicy } from '../retryPolicy.ts';
import type { Slots } from '../slots.ts';
import type { Topology } from '../topology.ts';
import type { PartitionWork, WorkItem } from './partitionWork.ts';
import type { StoreMessage } from './partitionStore.ts';
import type { ProducerQueue } from './producerQueue.ts';

/** Bytes of a topic's value and back. */
export interface ValueCodec {
  encode<Value>(topic: Topic<Value>, value: Value): Promise<Buffer> | Buffer;
  decode<Value>(topic: Topic<Value>, bytes: Buffer): Promise<Value> | Value;
}

export interface KeyExecutionOptions {
  readonly topology: Topology<unknown, unknown>;
  readonly codec: ValueCodec;
  readonly producer: ProducerQueue;
  readonly slots: Slots;
  readonly retry: RetryPolicy;
  readonly prefix: string;
  readonly group: string;
  /** name@version */
  readonly service: string;
  readonly requestTimeoutMs: number;
  readonly readTimeoutMs: number;
  readonly observer: ProcessorObserver;
  readonly isDraining: () => boolean;
  /** Aborts when the service stops hard. */
  readonly stopped: AbortSignal;
  /** The store failed: its partition is to be given up (`fenced`) or restored anew. */
  readonly onStoreFailure: (work: PartitionWork, error: PipelineError) => void;
}

/** What the first of a key's waiting messages has met so far. */
interface Failures {
  count: number;
  readonly since: number;
  /** It goes to the handler alone. */
  alone: boolean;
}

const newFailure = (): Failures => ({ count: 0, since: Date.now(), alone: false });

const STORE_PAUSE_MS = 100;

/** Handles what waits for one key: decode, call the handler, publish, finish the offsets; or decide what its failure means. */
export function createKeyExecution(
  options: KeyExecutionOptions,
): (key: string, items: readonly [WorkItem, ...WorkItem[]]) => Promise<KeyOutcome> {
  const { topology, codec, producer, observer, prefix } = options;
  const sources = new Map(topology.sources.map((topic) => [`${prefix}${topic.name}`, topic]));
  const failures = new WeakMap<WorkItem, Failures>();
  const deployed = (topic: Topic): string => `${prefix}${topic.name}`;

  async function toMessage(item: WorkItem): Promise<Message<unknown>> {
    const { raw } = item;
    const source = sources.get(raw.topic);
    if (!source)
      throw new PipelineError('permanent', 'defect', `Topic ${raw.topic} is not a source of ${topology.name}.`);
    const bytes = raw.value ?? Buffer.alloc(0);
    const value = source.schema === undefined ? bytes : await codec.decode(source, bytes);
    return {
      source,
      topic: raw.topic,
      partition: raw.partition,
      offset: raw.offset,
      key: raw.key ?? '',
      value,
      headers: raw.headers,
      timestamp: raw.timestamp,
    };
  }

  async function toStoreMessages(messages: readonly OutgoingMessage[]): Promise<StoreMessage[]> {
    const encoded: StoreMessage[] = [];
    for (const { topic, key, value, headers } of messages) {
      if (![...topology.sinks, topology.deadLetters].some(({ name }) => name === topic.name)) {
        throw new PipelineError('permanent', 'defect', `${topology.name} may not publish to ${topic.name}.`, {
          stage: 'produce',
        });
      }
      const bytes =
        value === null
          ? null
          : topic.schema === undefined
            ? Buffer.from(value as Uint8Array)
            : await codec.encode(topic, value);
      encoded.push({ topic: deployed(topic), key, value: bytes, ...(headers ? { headers } : {}) });
    }
    return encoded;
  }

  async function publish(messages: readonly OutgoingMessage[]): Promise<void> {
    if (messages.length === 0) return;
    const encoded = await toStoreMessages(messages);
    await producer.send(encoded.map((message) => ({ ...message, headers: message.headers ?? {} })));
  }

  async function loadState(key: string, work: PartitionWork): Promise<KeyState<unknown>> {
    const { store } = work;
    const { state } = topology;
    if (!store || !state) {
      const none = (): never => {
        throw new PipelineError('permanent', 'defect', `${topology.name} has no state.`);
      };
      return { value: undefined, restored: false, ownedSince: { monotonic: 0, wall: 0 }, append: none };
    }
    const bytes = store.get(key);
    let value = bytes && (await codec.decode(state, bytes));
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
        const entry = { key, value: await codec.encode(state, next) };
        try {
          const sentAt = await store.append(entry, await toStoreMessages(also));
          value = next;
          return sentAt;
        } catch (error) {
          options.onStoreFailure(work, toPipelineError(error));
          throw error;
        }
      },
    };
  }

  async function createContext(
    key: string,
    items: readonly [WorkItem, ...WorkItem[]],
  ): Promise<HandlerContext<unknown>> {
    const [first] = items;
    const { work } = first;
    const attempt = (failures.get(first)?.count ?? 0) + 1;
    const waitSignal = AbortSignal.any([work.abort.signal, options.stopped]);
    return {
      key,
      attempt,
      signal: waitSignal,
      state: await loadState(key, work),
      // A call under way is not broken off when the partition is lost: its outcome would be in doubt for the new owner.
      effect: ({ name, intentAt, startWithinMs }, call) =>
        options.slots.use(waitSignal, async () => {
          if (options.isDraining()) throw notStarted('draining', name, 'the service is stopping');
          if (intentAt && startWithinMs !== undefined && elapsedSince(intentAt) > startWithinMs) {
            throw notStarted('start-window-passed', name, `its intent is older than ${startWithinMs} ms`);
          }
          const signal = AbortSignal.any([options.stopped, AbortSignal.timeout(options.requestTimeoutMs)]);
          const startedAt = performance.now();
          try {
            const result = await call(issuePermit(name, signal));
            observer.effect?.(name, performance.now() - startedAt, undefined);
            return result;
          } catch (error) {
            observer.effect?.(name, performance.now() - startedAt, toPipelineError(error));
            throw error;
          }
        }),
      deadLetters: (error) =>
        items.map((item) => {
          observer.deadLettered?.(item.raw, error);
          const { key: letterKey, value, headers } = letterOf(item, error, failures.get(item) ?? newFailure());
          return { topic: topology.deadLetters, key: letterKey ?? '', value, headers };
        }),
      read: (call) =>
        options.slots.use(waitSignal, () =>
          call(AbortSignal.any([waitSignal, AbortSignal.timeout(options.readTimeoutMs)])),
        ),
    };
  }

  function finish(items: readonly WorkItem[], outcome: Outcome, startedAt: number): KeyOutcome {
    for (const { raw, work } of items) {
      if (work.abort.signal.aborted) continue;
      work.trackers.get(raw.topic)?.finish(raw.offset);
      observer.finished?.(raw, outcome, performance.now() - startedAt);
    }
    return { finished: items.length };
  }

  function letterOf(item: WorkItem, error: PipelineError, { count, since }: Failures) {
    return toDeadLetter({
      message: item.raw,
      error,
      service: options.service,
      group: options.group,
      attempts: Math.max(1, count),
      firstFailedAt: new Date(since),
      failedAt: new Date(),
    });
  }

  async function bury(item: WorkItem, error: PipelineError, failure: Failures): Promise<void> {
    await producer.send([{ topic: deployed(topology.deadLetters), ...letterOf(item, error, failure) }]);
    observer.deadLettered?.(item.raw, error);
  }

  /** What a failure of these items means; `items` came to the handler together. */
  async function onFailure(
    items: readonly [WorkItem, ...WorkItem[]],
    thrown: unknown,
    startedAt: number,
  ): Promise<KeyOutcome> {
    if (thrown instanceof CallAgain) return { againAfterMs: thrown.afterMs };
    const [first] = items;
    const { work } = first;
    if (work.abort.signal.aborted || options.stopped.aborted) return { againAfterMs: STORE_PAUSE_MS };
    const error = toPipelineError(thrown);
    const failure = failures.get(first) ?? newFailure();
    failure.count++;
    failures.set(first, failure);
    switch (error.errorClass) {
      case 'gone':
        return finish(items, 'gone', startedAt);
      case 'permanent': {
        // Together they failed: one at a time shows which one it is.
        if (items.length > 1) {
          failure.alone = true;
          return { againAfterMs: 0 };
        }
        await bury(first, error, failure);
        return finish(items, 'dead-letter', startedAt);
      }
      case 'transient':
      case 'throttled':
      case 'auth':
      case 'conflict':
      case 'unknown-outcome':
      case 'fenced': {
        const afterMs = options.retry.delayAfter(failure.count, error);
        observer.retrying?.(first.raw, error, failure.count, afterMs);
        return { againAfterMs: afterMs };
      }
    }
  }

  /** The items that go to the handler together: what can be decoded, from the front, of one partition. */
  async function takeDecoded(items: readonly [WorkItem, ...WorkItem[]]): Promise<readonly [WorkItem, ...WorkItem[]]> {
    const [first, ...rest] = items;
    first.decoded ??= await toMessage(first);
    if (!topology.coalesce || failures.get(first)?.alone) return [first];
    const taken: [WorkItem, ...WorkItem[]] = [first];
    for (const item of rest) {
      try {
        item.decoded ??= await toMessage(item);
      } catch {
        break; // Its own turn comes when it is at the front.
      }
      taken.push(item);
    }
    return taken;
  }

  return async (key, items) => {
    const startedAt = performance.now();
    const [first] = items;
    const { work } = first;
    if (work.abort.signal.aborted) return { finished: 1 };
    if (work.storeStatus !== 'none' && work.storeStatus !== 'open') return { againAfterMs: STORE_PAUSE_MS };
    let taken: readonly [WorkItem, ...WorkItem[]] = [first];
    try {
      taken = await takeDecoded(items);
      const context = await createContext(key, taken);
      const messages = taken.map((item) => item.decoded as Message<unknown>) as [
        Message<unknown>,
        ...Message<unknown>[],
      ];
      await publish(await topology.handler(messages, context));
      return finish(taken, 'done', startedAt);
    } catch (error) {
      try {
        return await onFailure(taken, error, startedAt);
      } catch (failure) {
        // The dead letter could not be written: the message stays.
        observer.retrying?.(first.raw, toPipelineError(failure), 1, STORE_PAUSE_MS * 10);
        return { againAfterMs: STORE_PAUSE_MS * 10 };
      }
    }
  };
}

const notStarted = (code: string, effect: string, why: string): PipelineError =>
  new PipelineError('transient', code, `${effect} was not started: ${why}.`, { notSent: true, stage: 'call' });
