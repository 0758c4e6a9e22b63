import type { Kafka, Producer, ProducerBatch } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCommitTurns } from './commitTurns.ts';
import { CLAIM_KEY, createPartitionStore, type PartitionStore } from './partitionStore.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

interface Transaction {
  readonly partition: number;
  readonly keys: readonly string[];
  readonly commit: () => void;
  readonly fail: (error: Error) => void;
}

const fenced = (): Error => Object.assign(new Error('fenced'), { type: 'INVALID_PRODUCER_EPOCH' });

/** Stores of a few partitions whose transactions, but for the claims, end when the test says so. */
async function someStores(partitions: number, limit: number) {
  const transactions: Transaction[] = [];
  const kafka = {
    producer: ({ transactionalId = '' }) => aProducer(Number(transactionalId.split('-').at(-1)), transactions),
  } as unknown as Kafka;
  const turns = createCommitTurns({ limit, longestMs: 1_000 });
  const stores: PartitionStore[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    const store = createPartitionStore({ kafka, topic: 'state', partition, member: 'me', group: 'group', turns });
    const opening = store.open();
    await settle();
    const claim = claims.get(partition);
    store.restore({
      ...{ topic: 'state', partition, offset: 0n, timestamp: 0, key: CLAIM_KEY, value: null },
      headers: { claim: claim ?? '' },
    });
    await opening;
    stores.push(store);
  }
  const at = (partition: number): PartitionStore => stores[partition] as PartitionStore;
  const append = (partition: number, key: string): Promise<unknown> =>
    at(partition).append({ key, value: Buffer.from(key) }, []);
  return { at, append, transactions, shown: () => transactions.map(({ partition, keys }) => [partition, ...keys]) };
}

const claims = new Map<number, string>();

function aProducer(partition: number, transactions: Transaction[]): Partial<Producer> {
  return {
    connect: () => Promise.resolve(),
    disconnect: () => Promise.resolve(),
    transaction: () => {
      let ended = Promise.withResolvers<void>();
      return Promise.resolve({
        sendBatch({ topicMessages = [] }: ProducerBatch) {
          const messages = topicMessages.flatMap((topic) => topic.messages);
          const claim = messages.find(({ key }) => key === CLAIM_KEY);
          if (claim) {
            claims.set(partition, String(claim.headers?.['claim']));
            ended.resolve();
          } else {
            ended = Promise.withResolvers();
            transactions.push({
              partition,
              keys: messages.map(({ key }) => String(key)),
              commit: ended.resolve,
              fail: ended.reject,
            });
          }
          return Promise.resolve([]);
        },
        commit: () => ended.promise,
        abort: () => Promise.resolve(),
      }) as unknown as ReturnType<Producer['transaction']>;
    },
  };
}

describe('stores that share their turns', () => {
  it('have no more transactions under way than there are turns, and gather what comes meanwhile', async () => {
    const { append, transactions, shown } = await someStores(3, 2);
    const first = [append(0, 'a'), append(1, 'b'), append(2, 'c')];
    await settle();
    expect(shown()).toEqual([
      [0, 'a'],
      [1, 'b'],
    ]);
    first.push(append(2, 'd'), append(2, 'e'));
    transactions[0]?.commit();
    await settle();
    expect(shown().slice(2)).toEqual([[2, 'c', 'd', 'e']]);
    transactions[1]?.commit();
    transactions[2]?.commit();
    await Promise.all(first);
  });

  it('go on when the transaction of one fails, and one that is fenced takes no more', async () => {
    const { append, transactions, shown } = await someStores(2, 1);
    const lost = expect(append(0, 'a')).rejects.toMatchObject({ errorClass: 'fenced' });
    const kept = append(1, 'b');
    await settle();
    transactions[0]?.fail(fenced());
    await lost;
    await settle();
    expect(shown()).toEqual([
      [0, 'a'],
      [1, 'b'],
    ]);
    transactions[1]?.commit();
    await kept;
    await expect(append(0, 'c')).rejects.toMatchObject({ errorClass: 'fenced' });
  });

  it('are not held up for long by one whose broker does not answer', async () => {
    const { append, transactions, shown } = await someStores(2, 1);
    void append(0, 'stuck');
    const kept = append(1, 'b');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(shown()).toEqual([
      [0, 'stuck'],
      [1, 'b'],
    ]);
    transactions[1]?.commit();
    await kept;
  });

  it('one that is closed while it waits refuses at once and never commits, and its turn goes to the next', async () => {
    const { at, append, transactions, shown } = await someStores(3, 1);
    const under = append(0, 'a');
    const waiting = expect(append(1, 'b')).rejects.toMatchObject({ code: 'store-closed' });
    const next = append(2, 'c');
    await settle();
    await at(1).close();
    await waiting;
    expect(shown()).toEqual([[0, 'a']]);
    transactions[0]?.commit();
    await under;
    await settle();
    expect(shown()).toEqual([
      [0, 'a'],
      [2, 'c'],
    ]);
    transactions[1]?.commit();
    await next;
  });

  it('one that is closed while its transaction is under way refuses what waits behind it', async () => {
    const { at, append, transactions } = await someStores(1, 1);
    const under = append(0, 'a');
    await settle();
    const behind = expect(append(0, 'b')).rejects.toMatchObject({ code: 'store-closed' });
    await at(0).close();
    await behind;
    transactions[0]?.commit();
    await under;
    expect(at(0).get('a')?.toString()).toBe('a');
    await settle();
    expect(transactions).toHaveLength(1);
  });
});
