import { randomUUID } from 'node:crypto';
import { createRetryPolicy, PipelineError, type RawMessage, toPipelineError } from '@pipeline/streams';
import { CLAIM_KEY, createTopicConsumer, type ProducerQueue, type TopicConsumerOptions } from '@pipeline/streams/kafka';
import { createWaiting } from './wait.ts';

/** What the runner of the moment may do. */
export interface Turn {
  /** The record that was stored last; null: none is there. */
  readonly stored: Buffer | null;
  /** Aborts when the turn is over: somebody else's, or nobody's. */
  readonly signal: AbortSignal;
  /** @throws the reason when the turn is over, as far as this process can know. Before each write. */
  check(): void;
  /** Stores a record in place of the one before. Resolves when all in-sync replicas have it. @throws as `check`. */
  save(value: Buffer): Promise<void>;
}

export interface SingleRunnerOptions extends Pick<TopicConsumerOptions, 'kafka' | 'groupId' | 'sessionTimeoutMs'> {
  /** Deployed name. Its partition 0 decides who runs. */
  readonly topic: string;
  /** Of the record. */
  readonly key: string;
  readonly producer: Pick<ProducerQueue, 'send'>;
  /** name@version */
  readonly identity: string;
  /** Runs until its signal aborts. When it ends before, or rejects, it is called again after a pause. */
  readonly run: (turn: Turn) => Promise<void>;
  /** Told of everything that does not go as it should; it goes on by itself. */
  readonly onError: (error: unknown) => void;
  /** true: this process runs from now on. */
  readonly onTurn?: (running: boolean) => void;
  /** Reads the topic as a member of the group. (Default: with `kafka`) */
  readonly createConsumer?: typeof createTopicConsumer;
}

export interface SingleRunner {
  /** Joins the group; tried until it succeeds. */
  start(): void;
  /**
   * Ends the turn, waits for it so many milliseconds at most, and leaves the group: then another process goes on at
   * once. For good.
   */
  stop(withinMs: number): Promise<void>;
  /** In the group, running or standing by. */
  readonly joined: boolean;
}

const PARTITION = 0;
const MIB = 1_024 * 1_024;

/**
 * Lets one process of a deployment run at a time: the member of the group that owns partition 0 of the topic. Whoever
 * joins writes a claim there; who reads its own claim owns the partition, and has read every record before it. A
 * rebalance ends the turn before the partition is given on, and a process that the group has lost finds that out when
 * it asks before its next write; one that is stopped just between the two writes once more.
 *
 * The record in force is the one message that is never done: so the committed offset stays at it, and the next owner
 * reads it, however long ago it was written.
 */
export function createSingleRunner(options: SingleRunnerOptions): SingleRunner {
  const { topic, key, producer, identity, run, onError, onTurn = () => undefined } = options;
  const { createConsumer = createTopicConsumer } = options;
  const retry = createRetryPolicy({ baseMs: 1_000, capMs: 30_000 });
  const stopping = new AbortController();
  let stored: Buffer | null = null;
  let release: () => void = () => undefined;
  let claim: string | undefined;
  let turn: AbortController | undefined;
  let running: Promise<void> = Promise.resolve();

  const consumer = createConsumer({
    ...options,
    onMessage: take,
    maxUnfinished: 10_000,
    maxUnfinishedBytes: 64 * MIB,
    onError(error) {
      // A crash: after that it joins, and claims, anew.
      if (!consumer.joined) endTurn();
      onError(error);
    },
    onJoined: () => void claimPartition(),
  });

  function endTurn(): void {
    claim = undefined;
    turn?.abort(turnOver());
    turn = undefined;
  }

  async function claimPartition(): Promise<void> {
    endTurn();
    const mine = randomUUID();
    claim = mine;
    for (let attempt = 1; claim === mine && !stopping.signal.aborted; attempt += 1) {
      try {
        const headers = { claim: mine, producer: identity };
        return await producer.send([{ topic, partition: PARTITION, key: CLAIM_KEY, value: null, headers }]);
      } catch (error) {
        onError(error);
        await pause(retry.delayAfter(attempt, toPipelineError(error)), stopping.signal);
      }
    }
  }

  async function take(message: RawMessage): Promise<void> {
    if (message.partition !== PARTITION) return;
    if (message.key === CLAIM_KEY && claim !== undefined && message.headers['claim'] === claim) begin();
    if (message.key !== key) return;
    stored = message.value;
    release();
    await new Promise<void>((resolve) => {
      release = resolve;
    });
  }

  function begin(): void {
    if (turn) return;
    const controller = new AbortController();
    turn = controller;
    const previous = running;
    running = previous.then(() => runTurn(controller.signal));
  }

  async function runTurn(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    onTurn(true);
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      const before = performance.now();
      let ended = endedEarly();
      try {
        await run({ stored, signal, check: () => check(signal), save: (value) => save(value, signal) });
      } catch (error) {
        if (!signal.aborted) onError(error);
        ended = toPipelineError(error);
      }
      if (performance.now() - before > 60_000) attempt = 1;
      await pause(retry.delayAfter(attempt, ended), signal);
    }
    onTurn(false);
  }

  function check(signal: AbortSignal): void {
    signal.throwIfAborted();
    // It may be a member still, when what looked like a rebalance was none; else it joins, and claims, anew.
    if (!consumer.joined) throw turnOver();
  }

  async function save(value: Buffer, signal: AbortSignal): Promise<void> {
    check(signal);
    const headers = { 'content-type': 'application/json', producer: identity };
    await producer.send([{ topic, partition: PARTITION, key, value, headers }]);
    stored = value;
  }

  async function join(): Promise<void> {
    for (let attempt = 1; !stopping.signal.aborted; attempt += 1) {
      try {
        return await consumer.start();
      } catch (error) {
        onError(error);
        await pause(retry.delayAfter(attempt, toPipelineError(error)), stopping.signal);
      }
    }
  }

  return {
    start: () => void join(),
    async stop(withinMs) {
      stopping.abort();
      endTurn();
      const over = new AbortController();
      await Promise.race([running, pause(withinMs, over.signal)]);
      over.abort();
      await consumer.stop();
    },
    get joined() {
      return consumer.joined;
    },
  };
}

const turnOver = (): PipelineError =>
  new PipelineError(
    'fenced',
    'turn-over',
    'The group has given the turn on; what was in hand is read again by whoever has it now.',
  );

const endedEarly = (): PipelineError =>
  new PipelineError('transient', 'run-ended', 'It has ended while it was still its turn.');

const pause = (ms: number, signal: AbortSignal): Promise<void> => createWaiting().wait(ms, signal);
