import type { Topic } from '@pipeline/schemas';
import { toDeadLetter } from '../deadLetter.ts';
import { CallAgain, PipelineError, toPipelineError } from '../errors.ts';
import type { KeyOutcome } from '../keyedRunner.ts';
import type { Message, OutgoingMessage } from '../message.ts';
import type { Outcome } from '../observer.ts';
import { replayOriginOf } from '../replay.ts';
import { createOutgoingEncoder } from './encodeOutgoing.ts';
import type { Failure, Failures } from './failures.ts';
import { createContexts, type HandlerContextOptions } from './handlerContext.ts';
import type { Holding } from './holding.ts';
import { ensureOwnPartition } from './ownPartition.ts';
import type { WorkItem } from './partitionWork.ts';
import type { IsPassedOver } from './passOver.ts';
import type { ProducerQueue } from './producerQueue.ts';

/** Bytes of a topic's value and back. */
export interface ValueCodec {
  encode<Value>(topic: Topic<Value>, value: Value): Promise<Buffer> | Buffer;
  decode<Value>(topic: Topic<Value>, bytes: Buffer): Promise<Value> | Value;
}

export interface KeyExecutionOptions extends Omit<HandlerContextOptions, 'encode'> {
  readonly producer: ProducerQueue;
  readonly holding: Holding;
  readonly failures: Failures;
  readonly isPassedOver: IsPassedOver;
  readonly onPassed: () => void;
  /** How many the topics have. */
  readonly partitions: () => number;
  readonly prefix: string;
  readonly group: string;
  /** name@version */
  readonly service: string;
}

const STORE_PAUSE_MS = 100;

/** Handles what waits for one key: decode, call the handler, publish, finish the offsets; or decide what its failure means. */
export function createKeyExecution(
  options: KeyExecutionOptions,
): (key: string, items: readonly [WorkItem, ...WorkItem[]], leavePlace: () => void) => Promise<KeyOutcome> {
  const { topology, codec, producer, holding, observer, prefix } = options;
  const sources = new Map(topology.sources.map((topic) => [`${prefix}${topic.name}`, topic]));
  const lanes = new Map((topology.lanes ?? []).map(({ name, source }) => [`${prefix}${name}`, source]));
  const isReplay = ({ raw }: WorkItem): boolean => lanes.has(raw.topic);
  const failing = new WeakMap<WorkItem, Failure>();
  const buried = new WeakSet<WorkItem>();
  const failureOf = (item: WorkItem): Failure => failing.get(item) ?? options.failures.begin();
  function beginFailure(item: WorkItem): Failure {
    const failure = failureOf(item);
    failing.set(item, failure);
    return failure;
  }
  const deployed = (topic: Topic): string => `${prefix}${topic.name}`;
  const encode = createOutgoingEncoder(options);
  const createContext = createContexts({ ...options, encode });

  async function toMessage(item: WorkItem): Promise<Message<unknown>> {
    const { raw } = item;
    const source = sources.get(raw.topic) ?? lanes.get(raw.topic);
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
      timestamp: (isReplay(item) ? replayOriginOf(raw.headers)?.timestamp : undefined) ?? raw.timestamp,
      ...(item.held ? { heldSince: item.held.since } : {}),
    };
  }

  /** What came of `item`, or of it and others that lie in the source as it does. */
  async function publish(item: WorkItem, messages: readonly OutgoingMessage[]): Promise<void> {
    if (messages.length === 0 && !item.held) return;
    const encoded = await encode(messages, item.raw.headers);
    if (item.held) await holding.release(item, encoded);
    else await producer.send(encoded.map((message) => ({ ...message, headers: message.headers ?? {} })));
  }

  function deadLetters(items: readonly WorkItem[], error: PipelineError): OutgoingMessage<Uint8Array>[] {
    options.failures.admit(error);
    return items.map((item) => {
      buried.add(item);
      observer.deadLettered?.(item.raw, error);
      const { key, value, headers } = letterOf(item, error, failureOf(item));
      return { topic: topology.deadLetters, key: key ?? '', value, headers };
    });
  }

  function finish(items: readonly WorkItem[], outcome: Outcome, startedAt: number): KeyOutcome {
    complete(items, outcome, startedAt);
    // A handler that put the dead letter on record itself is done, but nothing went well.
    if (outcome === 'done' && !items.some((item) => buried.has(item))) options.onPassed();
    return { finished: items.length };
  }

  function complete(items: readonly WorkItem[], outcome: Outcome, startedAt: number): void {
    for (const { raw, work, held } of items) {
      if (work.abort.signal.aborted) continue;
      if (!held) work.trackers.get(raw.topic)?.finish(raw.offset);
      observer.finished?.(raw, outcome, performance.now() - startedAt);
    }
  }

  function letterOf(item: WorkItem, error: PipelineError, { count, since }: Failure) {
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

  async function bury(item: WorkItem, error: PipelineError): Promise<void> {
    const letter = { topic: deployed(topology.deadLetters), ...letterOf(item, error, failureOf(item)) };
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
    const failure = beginFailure(first);
    const verdict = options.failures.judge({ failure, error, together: items.length });
    switch (verdict.verdict) {
      case 'gone':
        await publish(first, []);
        return finish(items, 'gone', startedAt);
      case 'alone':
        failure.alone = true;
        return { againAfterMs: 0 };
      case 'bury':
        for (const item of items) await bury(item, verdict.error);
        return finish(items, 'dead-letter', startedAt);
      case 'again':
        observer.retrying?.(first.raw, verdict.error, failure.count, verdict.afterMs);
        return { againAfterMs: verdict.afterMs };
    }
  }

  /** The items that go to the handler together: what can be decoded, from the front, of one partition. */
  async function takeDecoded(items: readonly [WorkItem, ...WorkItem[]]): Promise<readonly [WorkItem, ...WorkItem[]]> {
    const [first, ...rest] = items;
    first.decoded ??= await toMessage(first);
    if (!topology.coalesce || failing.get(first)?.alone) return [first];
    const taken: [WorkItem, ...WorkItem[]] = [first];
    for (const item of rest) {
      // What came of it goes on with the origin of the first.
      if (isReplay(item) !== isReplay(first)) break;
      try {
        item.decoded ??= await toMessage(item);
      } catch {
        break; // Its own turn comes when it is at the front.
      }
      taken.push(item);
    }
    return taken;
  }

  async function execute(
    key: string,
    items: readonly [WorkItem, ...WorkItem[]],
    leavePlace: () => void,
  ): Promise<KeyOutcome> {
    const startedAt = performance.now();
    const [first] = items;
    const { work } = first;
    if (work.abort.signal.aborted) return { finished: 1 };
    if (work.status !== 'open') return { againAfterMs: STORE_PAUSE_MS };
    if (holding.isOver(first)) return { finished: 1 };
    let taken: readonly [WorkItem, ...WorkItem[]] = [first];
    try {
      if (!first.held && !first.decoded && (await options.isPassedOver(first.raw, work))) {
        // No handler ran: it says nothing of how many messages fail.
        complete(taken, 'done', startedAt);
        return { finished: 1 };
      }
      taken = await takeDecoded(items);
      if (topology.state) ensureOwnPartition(first.raw, options.partitions());
      const context = await createContext({
        key: first.held ? (first.raw.key ?? '') : key,
        attempt: (failing.get(first)?.count ?? 0) + 1,
        work,
        headers: first.raw.headers,
        deadLetters: (error) => deadLetters(taken, error),
        onEffectDone: leavePlace,
        trouble: () => failing.get(first)?.trouble,
        beginTrouble: () => beginFailure(first).trouble,
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

  return async (key, items, leavePlace) => {
    const [{ work }] = items;
    work.running++;
    try {
      return await execute(key, items, leavePlace);
    } finally {
      work.running--;
      if (work.running === 0 && work.abort.signal.aborted) void work.store?.close();
    }
  };
}
