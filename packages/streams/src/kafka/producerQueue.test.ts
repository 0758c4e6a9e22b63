import type { ICustomPartitioner, Kafka, Message, ProducerBatch, RecordMetadata } from 'kafkajs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  createProducerQueue,
  type ProducerMessage,
  type ProducerQueue,
  type ProducerQueueOptions,
} from './producerQueue.ts';

type Written = { topic: string; key: unknown; value: unknown; partition: number };

/** A kafkajs whose producers write to one log. A fault rejects, with or without the batch having been written. */
function fakeKafka() {
  const log: Written[] = [];
  const batches: Written[][] = [];
  const faults: ((batch: Written[]) => { error?: unknown; written?: boolean; unanswered?: number[] } | undefined)[] =
    [];
  const state = { producers: 0, outstanding: 0, mostOutstanding: 0, connectFailures: 0, gate: Promise.resolve() };

  const kafka = {
    producer({ createPartitioner }: { createPartitioner: ICustomPartitioner }) {
      state.producers += 1;
      const partitioner = createPartitioner();
      let dead = false;
      return {
        connect: async () => {
          if (state.connectFailures-- > 0) throw new Error('ECONNREFUSED');
        },
        disconnect: async () => {
          dead = true;
        },
        async sendBatch({ topicMessages = [] }: ProducerBatch): Promise<RecordMetadata[]> {
          expect(dead).toBe(false);
          state.outstanding += 1;
          state.mostOutstanding = Math.max(state.mostOutstanding, state.outstanding);
          await state.gate;
          const partitionMetadata = [0, 1, 2].map((partitionId) => ({ partitionId, leader: 1 }) as never);
          const batch = topicMessages.flatMap(({ topic, messages }) =>
            messages.map((message: Message) => ({
              topic,
              key: message.key,
              value: message.value?.toString() ?? null,
              partition: partitioner({ topic, partitionMetadata, message }),
            })),
          );
          batches.push(batch);
          const fault = faults.shift()?.(batch);
          if (!fault?.error || fault.written)
            log.push(...batch.filter(({ partition }) => !fault?.unanswered?.includes(partition)));
          state.outstanding -= 1;
          if (fault?.error) throw fault.error;
          return batch
            .filter(({ partition }) => !fault?.unanswered?.includes(partition))
            .map(({ topic, partition }) => ({ topicName: topic, partition, errorCode: 0 }));
        },
      };
    },
  } as unknown as Pick<Kafka, 'producer'>;
  return { kafka, log, batches, faults, state };
}

const brokerError = (type: string, message = type) =>
  Object.assign(new Error('wrapped'), { cause: Object.assign(new Error(message), { type }) });

const message = (value: string, changes: Partial<ProducerMessage> = {}): ProducerMessage => ({
  topic: 'orders',
  key: 'k',
  value: Buffer.from(value),
  headers: {},
  ...changes,
});

const open: ProducerQueue[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(open.splice(0).map((queue) => queue.close()));
});

function setUp(options: Partial<ProducerQueueOptions> = {}) {
  const fake = fakeKafka();
  const queue = createProducerQueue({ kafka: fake.kafka, ...options });
  open.push(queue);
  return { ...fake, queue };
}

function held(fake: { state: { gate: Promise<void> } }): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  fake.state.gate = promise;
  return resolve;
}

const values = (written: readonly Written[]) => written.map(({ value }) => value);

describe('group commit', () => {
  it('sends what queues meanwhile as the next batch, never two at a time, in order', async () => {
    const fake = setUp();
    const release = held(fake);
    const sends = [fake.queue.send([message('1')])];
    await vi.waitFor(() => expect(fake.state.outstanding).toBe(1));
    for (const value of ['2', '3', '4']) sends.push(fake.queue.send([message(value, { topic: `t${value}` })]));
    release();
    await Promise.all(sends);
    expect(fake.batches.map(values)).toEqual([['1'], ['2', '3', '4']]);
    expect(fake.state.mostOutstanding).toBe(1);
    expect(fake.queue.backlogBytes).toBe(0);
  });

  it('resolves at once for nothing', async () => {
    const { queue, batches } = setUp();
    await queue.send([]);
    expect(batches).toEqual([]);
  });

  it('resolves only when all messages of the call are acknowledged', async () => {
    const fake = setUp({ maxBatchMessages: 1 });
    await fake.queue.send([message('1'), message('2'), message('3')]);
    expect(values(fake.log)).toEqual(['1', '2', '3']);
  });

  it('works again after it ran empty', async () => {
    const { queue, log } = setUp();
    await queue.send([message('1')]);
    await queue.send([message('2')]);
    expect(values(log)).toEqual(['1', '2']);
  });
});

describe('failures', () => {
  it.each([
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
    'UNKNOWN_PRODUCER_ID',
    'INVALID_PRODUCER_EPOCH',
    'INVALID_PRODUCER_ID_MAPPING',
    'NOT_LEADER_FOR_PARTITION',
  ])('sends the unacknowledged again with a new producer after %s', async (type) => {
    const { queue, log, faults, state } = setUp();
    faults.push(() => ({ error: brokerError(type) }));
    await queue.send([message('1'), message('2')]);
    expect(values(log)).toEqual(['1', '2']);
    expect(state.producers).toBe(2);
  });

  it('writes twice rather than never when the answer is lost', async () => {
    const { queue, log, faults } = setUp();
    faults.push(() => ({ error: new Error('Connection closed'), written: true }));
    await queue.send([message('1')]);
    expect(values(log)).toEqual(['1', '1']);
  });

  it('keeps order over failures: nothing newer goes before what failed', async () => {
    const { queue, log, faults } = setUp();
    faults.push(
      () => ({ error: new Error('x') }),
      () => ({ error: new Error('x') }),
    );
    await Promise.all([queue.send([message('1')]), queue.send([message('2')]), queue.send([message('3')])]);
    expect(values(log)).toEqual(['1', '2', '3']);
  });

  it('fails only the message that is too large', async () => {
    const { queue, log, faults } = setUp();
    const refuse = (batch: Written[]) =>
      values(batch).includes('large') ? { error: brokerError('MESSAGE_TOO_LARGE') } : undefined;
    for (let n = 0; n < 20; n++) faults.push(refuse);
    const contents = ['1', '2', 'large', '4', '5', '6', '7'];
    const results = await Promise.allSettled(contents.map((content) => queue.send([message(content)])));
    expect(results.map(({ status }) => status)).toEqual(
      contents.map((content) => (content === 'large' ? 'rejected' : 'fulfilled')),
    );
    expect(results[2]).toMatchObject({
      reason: { errorClass: 'permanent', code: 'message-too-large', stage: 'produce' },
    });
    expect(values(log)).toEqual(['1', '2', '4', '5', '6', '7']);
  });

  it('sends many small messages, which together are too large for their topic, in smaller batches', async () => {
    const { queue, log, faults } = setUp();
    const refuse = (batch: Written[]) => (batch.length > 2 ? { error: brokerError('MESSAGE_TOO_LARGE') } : undefined);
    for (let n = 0; n < 20; n++) faults.push(refuse);
    await queue.send(['1', '2', '3', '4', '5'].map((content) => message(content)));
    expect(values(log)).toEqual(['1', '2', '3', '4', '5']);
  });

  it('fails only the messages of the topic that is not there, naming the command that creates it', async () => {
    const { queue, log, faults } = setUp();
    const refuse = (batch: Written[]) =>
      batch.some(({ topic }) => topic === 'gone') ? { error: brokerError('UNKNOWN_TOPIC_OR_PARTITION') } : undefined;
    for (let n = 0; n < 20; n++) faults.push(refuse);
    const results = await Promise.allSettled([
      queue.send([message('1')]),
      queue.send([message('2', { topic: 'gone' })]),
      queue.send([message('3')]),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({
      reason: { errorClass: 'transient', code: 'unknown-topic', message: expect.stringContaining('npm run setup') },
    });
    expect(values(log)).toEqual(['1', '3']);
  });

  it('names the missing right', async () => {
    const { queue, faults } = setUp();
    faults.push(() => ({ error: brokerError('TOPIC_AUTHORIZATION_FAILED') }));
    await expect(queue.send([message('1')])).rejects.toMatchObject({
      errorClass: 'transient',
      code: 'produce-refused',
    });
  });

  it('takes the broker\'s "invalid record" for permanent', async () => {
    const { queue, faults } = setUp();
    faults.push(() => ({ error: brokerError('INVALID_RECORD') }));
    await expect(queue.send([message('1', { key: null })])).rejects.toMatchObject({
      errorClass: 'permanent',
      code: 'message-refused',
    });
  });

  it('does not let a message that the broker refuses for an unknown reason hold up the others', async () => {
    const { queue, log, faults } = setUp();
    const error = Object.assign(brokerError('POLICY_VIOLATION'), { name: 'KafkaJSNonRetriableError' });
    Object.assign(error.cause as Error, { retriable: false });
    const refuse = (batch: Written[]) => (values(batch).includes('odd') ? { error } : undefined);
    for (let n = 0; n < 20; n++) faults.push(refuse);
    const results = await Promise.allSettled(['1', 'odd', '3'].map((content) => queue.send([message(content)])));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { errorClass: 'transient', code: 'batch-refused' } });
    expect(values(log)).toEqual(['1', '3']);
  });

  it('rejects a call with the first error only after the others of the call are settled', async () => {
    const { queue, log, faults } = setUp();
    const refuse = (batch: Written[]) =>
      values(batch).includes('large') ? { error: brokerError('MESSAGE_TOO_LARGE') } : undefined;
    for (let n = 0; n < 20; n++) faults.push(refuse);
    await expect(queue.send([message('large'), message('2'), message('3')])).rejects.toMatchObject({
      code: 'message-too-large',
    });
    expect(values(log)).toEqual(['2', '3']);
  });

  it('does not believe a success that leaves a partition out', async () => {
    const { queue, log, faults, state } = setUp();
    faults.push(() => ({ unanswered: [1] }));
    await queue.send([message('1', { partition: 0 }), message('2', { partition: 1 }), message('3', { partition: 2 })]);
    expect(values(log)).toEqual(['1', '3', '2']);
    expect(state.producers).toBe(2);
  });

  it('goes on when no broker can be reached at first', async () => {
    const { queue, log, state } = setUp();
    state.connectFailures = 2;
    await queue.send([message('1')]);
    expect(values(log)).toEqual(['1']);
    expect(state.producers).toBe(3);
  });

  it('tells that connecting failed and works once it does not', async () => {
    const { queue, state } = setUp();
    state.connectFailures = 1;
    await expect(queue.connect()).rejects.toMatchObject({ errorClass: 'transient', code: 'broker-unavailable' });
    await queue.connect();
    await queue.send([message('1')]);
  });

  it('refuses a malformed message alone, before it can spoil a batch', async () => {
    const { queue, log } = setUp();
    const malformed = [
      { key: 5 },
      { value: 'text' },
      { topic: '' },
      { headers: { a: undefined } },
    ] as never as Partial<ProducerMessage>[];
    for (const changes of malformed) {
      await expect(queue.send([message('1', changes)])).rejects.toMatchObject({
        errorClass: 'permanent',
        code: 'defect',
      });
    }
    await queue.send([message('2', { key: null, value: null })]);
    expect(log).toHaveLength(1);
    expect(queue.backlogBytes).toBe(0);
  });
});

describe('bounds', () => {
  it('gives up at the deadline, whether under way or waiting, and goes on when the send settles', async () => {
    vi.useFakeTimers();
    const fake = setUp({ deliveryTimeoutMs: 30_000 });
    const release = held(fake);
    const first = fake.queue.send([message('1')]);
    await vi.advanceTimersByTimeAsync(10);
    const second = fake.queue.send([message('2')]);
    const failed = Promise.allSettled([first, second]);
    await vi.advanceTimersByTimeAsync(30_000);
    const expected = { status: 'rejected', reason: { errorClass: 'transient', code: 'produce-timeout' } };
    expect(await failed).toMatchObject([expected, expected]);
    expect(fake.queue.backlogBytes).toBe(0);
    const third = fake.queue.send([message('3')]);
    release();
    await third;
    expect(values(fake.log)).toEqual(['1', '3']);
    expect(fake.state.mostOutstanding).toBe(1);
  });

  it('leaves no timer behind', async () => {
    vi.useFakeTimers();
    const { queue } = setUp();
    await queue.send([message('1'), message('2')]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives up a producer whose send never settles', async () => {
    vi.useFakeTimers();
    const fake = setUp({ stuckAfterMs: 1_000 });
    held(fake);
    const sent = fake.queue.send([message('1')]);
    await vi.advanceTimersByTimeAsync(500);
    fake.state.gate = Promise.resolve();
    await vi.advanceTimersByTimeAsync(1_000);
    await sent;
    expect(fake.state.producers).toBe(2);
  });

  it('says at once that too much waits, taking nothing', async () => {
    const fake = setUp({ maxBacklogBytes: 1_000 });
    const release = held(fake);
    const first = fake.queue.send([message('x'.repeat(2_000))]);
    await expect(fake.queue.send([message('2')])).rejects.toMatchObject({
      errorClass: 'transient',
      code: 'producer-backlog',
      notSent: true,
    });
    release();
    await first;
    await fake.queue.send([message('3')]);
    expect(fake.log).toHaveLength(2);
  });
});

describe('close', () => {
  it('sends what waits, then takes nothing more', async () => {
    const fake = setUp({ maxBatchMessages: 1 });
    const sends = ['1', '2', '3'].map((value) => fake.queue.send([message(value)]));
    await fake.queue.close();
    await Promise.all(sends);
    expect(values(fake.log)).toEqual(['1', '2', '3']);
    await expect(fake.queue.send([message('4')])).rejects.toMatchObject({
      errorClass: 'transient',
      code: 'producer-closed',
    });
    await fake.queue.close();
  });
});
