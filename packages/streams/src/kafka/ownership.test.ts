import type { Kafka, ProducerBatch } from 'kafkajs';
import { expect, it, onTestFinished } from 'vitest';
import type { RawMessage } from '../message.ts';
import { createCommitTurns } from './commitTurns.ts';
import { createOwnership } from './ownership.ts';
import { createPartitionWork, type PartitionWork } from './partitionWork.ts';
import { CLAIM_KEY } from './partitionStore.ts';
import type { PartitionOffsets } from './topicFacts.ts';

const STATE = 'state';

/** A partition that is being opened, whose state lies at offsets 0 to 3 before the claim. */
async function anOpening({ end = 4n } = {}) {
  const seeks: bigint[] = [];
  let claim = '';
  const kafka = {
    producer: () => ({
      connect: () => Promise.resolve(),
      disconnect: () => Promise.resolve(),
      transaction: () =>
        Promise.resolve({
          sendBatch({ topicMessages = [] }: ProducerBatch) {
            claim = String(topicMessages[0]?.messages[0]?.headers?.['claim']);
            return Promise.resolve([]);
          },
          commit: () => Promise.resolve(),
          abort: () => Promise.resolve(),
        }),
    }),
  } as unknown as Kafka;
  const stopped = new AbortController();
  onTestFinished(() => stopped.abort());
  const work: PartitionWork = createPartitionWork(0, ['orders']);
  const at = (high: bigint): ReadonlyMap<number, PartitionOffsets> =>
    new Map([[0, { low: 0n, high, committed: undefined, metadata: null }]]);
  const offsets = Promise.resolve(
    new Map([
      ['orders', at(0n)],
      [STATE, at(end)],
    ]),
  );
  const ownership = createOwnership({
    kafka,
    consumer: {
      pause: () => undefined,
      resume: () => undefined,
      seek: (topic, _, offset) => void (topic === STATE && seeks.push(offset)),
      heartbeatAt: 0,
      fetches: 0,
    },
    ...{ group: 'group', member: 'me', sources: ['orders'], tables: [], stateTopic: STATE },
    statePolicy: () => 'compact',
    maxBytes: () => undefined,
    acceptEmptyState: true,
    keepHeaders: false,
    checkpoints: undefined,
    turns: createCommitTurns({ limit: 1 }),
    retryMs: 10,
    offsets: () => offsets,
    stopped: stopped.signal,
    isCurrent: () => true,
    release: () => undefined,
    onOpened: () => undefined,
    retake: () => undefined,
    observer: {},
  });
  await ownership.open(work, offsets);
  const message = (offset: bigint, key: string, headers = {}): RawMessage => ({
    ...{ topic: STATE, partition: 0, offset, timestamp: 0, key, headers },
    value: key === CLAIM_KEY ? null : Buffer.from(key),
  });
  return {
    work,
    seeks,
    entries: [0n, 1n, 2n].map((offset) => message(offset, `order-${offset}`)),
    ourClaim: () => message(end + 1n, CLAIM_KEY, { claim }),
    deliver: (...messages: RawMessage[]) => ownership.onStateMessages(work, messages),
  };
}

it('reads the state from its beginning once more when what comes first is the claim behind it', async () => {
  const { work, seeks, entries, ourClaim, deliver } = await anOpening();
  deliver(ourClaim());
  expect([work.status, seeks]).toEqual(['opening', [0n, 0n]]);
  deliver(...entries);
  deliver(ourClaim());
  expect([work.status, work.store?.size, seeks]).toEqual(['open', 3, [0n, 0n]]);
});

it('believes in the end that nothing of the state can be seen', async () => {
  const { work, seeks, ourClaim, deliver } = await anOpening();
  for (let times = 0; times < 4; times++) deliver(ourClaim());
  expect([work.status, work.store?.size, seeks.length]).toEqual(['open', 0, 4]);
});

it('asks for no second look where there was nothing before the claim', async () => {
  const { work, seeks, ourClaim, deliver } = await anOpening({ end: 0n });
  deliver(ourClaim());
  expect([work.status, seeks]).toEqual(['open', [0n]]);
});
