import type { Topic } from '@pipeline/schemas';
import { toDeadLetter } from '../deadLetter.ts';
import { CallAgain, PipelineError, toPipelineError } from '../errors.ts';
import type { KeyOutcome } from '../keyedRunner.ts';
import type { Message, OutgoingMessage } from '../message.ts';
import type { Outcome } from '../observer.ts';
import type { RetryPolicy } from '../retryPolicy.ts';
import { createOutgoingEncoder } from './encodeOutgoing.ts';
import { createContexts, type HandlerContextOptions } from './handlerContext.ts';
import type { Holding } from './holding.ts';
import type { WorkItem } from './partitionWork.ts';
import type { ProducerQueue } from './producerQueue.ts';

/** Bytes of a topic's value and back. */
export interface ValueCodec {
  encode<Value>(topic: Topic<Value>, value: Value): Promise<Buffer> | Buffer;
  decode<Value>(topic: Topic<Value>, bytes: Buffer): Promise<Value> | Value;
}

export interface KeyExecutionOptions extends Omit<HandlerContextOptions, 'encode'> {
  readonly producer: ProducerQueue;
  readonly holding: Holding;
  readonly retry: RetryPolicy;
  readonly prefix: string;
  readonly group: string;
  /** name@version */
  readonly service: string;
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
  const { topology, codec, producer, holding, observer, prefix } = options;
  const sources = new Map(topology.sources.map((topic) => [`${prefix}${topic.name}`, topic]));
  const failures = new WeakMap<WorkItem, Failures>();
  const deployed = (topic: Topic): string => `${prefix}${topic.name}`;
  const encode = createOutgoingEncoder(options);
  const createContext = createContexts({ ...options, encode });

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
      ...(item.held ? { heldSince: item.held.since } : {}),
    };
  }

  /** What came of `item`, or of it and others that lie in the source as it does. */
  async function publish(item: WorkItem, messages: readonly OutgoingMessage[]): Promise<void> {
    if (messages.length === 0 && !item.held) return;
    const encoded = await encode(messages);
    if (item.held) await holding.release(item, encoded);
    else await producer.send(encoded.map((message) => ({ ...message, headers: message.headers ?? {} })));
  }

  function deadLetters(items: readonly WorkItem[], error: PipelineError): OutgoingMessage<Uint8Array>[] {
    return items.map((item) => {
      observer.deadLettered?.(item.raw, error);
      const { key, value, headers } = letterOf(item, error, failures.get(item) ?? newFailure());
      return { topic: topology.deadLetters, key: key ?? '', value, headers };
    });
  }

  function finish(items: readonly WorkItem[], outcome: Outcome, startedAt: number): KeyOutcome {
    for (const { raw, work, held } of items) {
      if (work.abort.signal.aborted) continue;
      if (!held) work.trackers.get(raw.topic)?.finish(raw.offset);
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
    const letter = { topic: deployed(topology.deadLetters), ...letterOf(item, error, failure) };
    if (item.held) await holding.release(item, [{ ...letter, key: letter.key ?? '' }]);
    else await producer.send([letter]);
    observer.deadLettered?.(item.raw, error);
  }

  /** What a failure of these items means; `items` came to the handler together. */
  async function onFailure(
    items: readonly [WorkItem, ...WorkItem[]],
    thrown: unknown,
    startedAt: number,
  ): Promise<KeyOutcome> {
    const [first] = items;
    const { work } = first;
    if (thrown instanceof CallAgain) {
      const held = thrown.hold && !first.held && (await holding.hold(first));
      return held ? finish([first], 'held', startedAt) : { againAfterMs: thrown.afterMs };
    }
    if (work.abort.signal.aborted || options.stopped.aborted) return { againAfterMs: STORE_PAUSE_MS };
    const error = toPipelineError(thrown);
    if (error.code === 'not-restored') return { againAfterMs: STORE_PAUSE_MS };
    const failure = failures.get(first) ?? newFailure();
    // What the breaker refuses was not tried: its time does not count.
    if (error.code !== 'breaker-open') failure.count++;
    failures.set(first, failure);
    switch (error.errorClass) {
      case 'gone':
        await publish(first, []);
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
        const afterMs = options.retry.delayAfter(Math.max(1, failure.count), error);
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

  async function execute(key: string, items: readonly [WorkItem, ...WorkItem[]]): Promise<KeyOutcome> {
    const startedAt = performance.now();
    const [first] = items;
    const { work } = first;
    if (work.abort.signal.aborted) return { finished: 1 };
    if (work.status !== 'open') return { againAfterMs: STORE_PAUSE_MS };
    if (holding.isOver(first)) return { finished: 1 };
    let taken: readonly [WorkItem, ...WorkItem[]] = [first];
    try {
      taken = await takeDecoded(items);
      const context = await createContext({
        key: first.held ? (first.raw.key ?? '') : key,
        attempt: (failures.get(first)?.count ?? 0) + 1,
        work,
        deadLetters: (error) => deadLetters(taken, error),
      });
      const messages = taken.map((item) => item.decoded as Message<unknown>) as [
        Message<unknown>,
        ...Message<unknown>[],
      ];
      await publish(first, await topology.handler(messages, context));
      return finish(taken, 'done', startedAt);
    } catch (error) {
      try {
        return await onFailure(taken, error, startedAt);
      } catch (failure) {
        // The dead letter, or the held message, could not be written: the message stays.
        observer.retrying?.(first.raw, toPipelineError(failure), 1, STORE_PAUSE_MS * 10);
        return { againAfterMs: STORE_PAUSE_MS * 10 };
      }
    }
  }

  return async (key, items) => {
    const [{ work }] = items;
    work.running++;
    try {
      return await execute(key, items);
    } finally {
      work.running--;
      if (work.running === 0 && work.abort.signal.aborted) void work.store?.close();
    }
  };
}
