import type { RawMessage } from '@pipeline/streams';
import {
  type createTopicConsumer,
  CLAIM_KEY,
  type ProducerMessage,
  type TopicConsumerOptions,
} from '@pipeline/streams/kafka';
import { createSingleRunner, type SingleRunnerOptions } from '../singleRunner.ts';

export const KEY = 'the-record';

/** A process of a deployment whose Kafka is the test: what it writes is read only when the test says so. */
export function createMember(run: SingleRunnerOptions['run']) {
  const sent: ProducerMessage[] = [];
  const errors: unknown[] = [];
  const turns: boolean[] = [];
  const failures: { send: Error[]; start: Error[] } = { send: [], start: [] };
  const done: bigint[] = [];
  let offset = 0n;
  let joined = false;
  let stops = 0;
  let options: TopicConsumerOptions | undefined;

  const createConsumer: typeof createTopicConsumer = (given) => {
    options = given;
    return {
      start() {
        const failure = failures.start.shift();
        if (failure) return Promise.reject(failure);
        rebalance();
        return Promise.resolve();
      },
      pause: () => undefined,
      stop() {
        stops++;
        joined = false;
        return Promise.resolve();
      },
      get joined() {
        return joined;
      },
    };
  };

  /** It has an assignment (anew). */
  function rebalance(): void {
    joined = true;
    options?.onJoined?.();
  }

  function read(message: Pick<RawMessage, 'key' | 'value'> & Partial<RawMessage>): void {
    const position = { topic: 'records', partition: 0, offset: offset++, timestamp: 0, headers: {} };
    const raw = { ...position, ...message };
    void options?.onMessage(raw).then(() => done.push(raw.offset));
  }

  const claims = (): ProducerMessage[] => sent.filter(({ key }) => key === CLAIM_KEY);
  const runner = createSingleRunner({
    ...{ kafka: undefined as never, groupId: 'group', sessionTimeoutMs: 10_000, topic: 'records', key: KEY },
    ...{ identity: 'test@0', run, createConsumer },
    producer: {
      send(messages) {
        const failure = failures.send.shift();
        if (failure) return Promise.reject(failure);
        sent.push(...messages);
        return Promise.resolve();
      },
    },
    onError: (error) => void errors.push(error),
    onTurn: (running) => void turns.push(running),
  });
  return {
    ...{ runner, sent, errors, turns, failures, done, claims, rebalance },
    stops: () => stops,
    /** A record that somebody has stored. */
    readRecord: (value: string, partition = 0) => read({ key: KEY, value: Buffer.from(value), partition }),
    /** The claim that it wrote last, or somebody else's; null: one that does not say whose it is. */
    readClaim: (claim: string | null = claims().at(-1)?.headers?.['claim'] ?? '', partition = 0) =>
      read({ key: CLAIM_KEY, value: null, partition, headers: claim === null ? {} : { claim } }),
    /** The group goes on without it, which it may not know yet. */
    drop: () => void (joined = false),
    /** The group goes on with it after all, and assigns nothing anew. */
    keep: () => void (joined = true),
    /** Of the consumer, which goes on. */
    trouble: (error: Error) => options?.onError(error),
    crash(error: Error) {
      joined = false;
      options?.onError(error);
    },
  };
}
