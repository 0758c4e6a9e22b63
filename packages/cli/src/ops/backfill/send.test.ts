import type { ListPosition } from '@pipeline/platform-commercetools';
import type { ProducerMessage } from '@pipeline/streams/kafka';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSentFold } from './lane.ts';
import type { ListedOrder } from './notification.ts';
import { positionOf } from './listOrders.ts';
import { sendBackfill, type SendRequest } from './send.ts';
import { orders, pagesOf } from './testing/orders.ts';

const FAST = 1_000_000;
const selection = { created: { from: 0, to: 1 }, names: [], states: ['Confirmed'], run: '1' } as const;

/** A lane that may take a part of a batch and then fail, as with several brokers. */
function createLane() {
  const messages: ProducerMessage[] = [];
  let left = Number.POSITIVE_INFINITY;
  return {
    messages,
    failAfter: (count: number) => void (left = count),
    queue: {
      async send(batch: readonly ProducerMessage[]) {
        await Promise.resolve();
        // Every second one first: what arrives of a batch need not be its beginning.
        const order = [...batch.filter((_, n) => n % 2 === 1), ...batch.filter((_, n) => n % 2 === 0)];
        messages.push(...order.slice(0, left));
        left -= order.length;
        if (left < 0) throw new Error('the broker is gone');
      },
    },
  };
}

const readLane = (messages: readonly ProducerMessage[], id = 'b-1') => {
  const fold = createSentFold(id);
  for (const message of messages) fold.add(message);
  return fold.result();
};

const behind = (listed: readonly ListedOrder[], after: ListPosition | undefined): ListedOrder[] =>
  listed.slice(listed.findIndex((order) => JSON.stringify(positionOf(order)) === JSON.stringify(after)) + 1);

function run(lane: ReturnType<typeof createLane>, listed: readonly ListedOrder[], changes: Partial<SendRequest> = {}) {
  const sent = readLane(lane.messages);
  return sendBackfill({
    pages: pagesOf(behind(listed, sent.after)),
    selection,
    sent,
    backfillId: 'b-1',
    projectKey: 'shop',
    producer: 'ops@0',
    queue: lane.queue,
    toTarget: () => ({ topic: 'lane', partition: 2 }),
    perSecond: FAST,
    onSent: () => undefined,
    signal: new AbortController().signal,
    now: () => 0,
    pause: () => Promise.resolve(),
    ...changes,
  });
}

const keysOf = (messages: readonly ProducerMessage[]) => messages.map(({ key }) => key).sort();

test('every order is sent once, to its partition, as a notification with the origin backfill', async () => {
  const lane = createLane();
  const listed = orders(25);
  expect(await run(lane, listed)).toBe(25);
  expect(keysOf(lane.messages)).toEqual(listed.map(({ id }) => id));
  expect(lane.messages[0]).toMatchObject({
    topic: 'lane',
    partition: 2,
    headers: { origin: 'backfill', 'backfill-id': 'b-1', 'backfill-batch': '1', producer: 'ops@0' },
  });
  expect(await run(lane, listed)).toBe(0);
  expect(lane.messages).toHaveLength(25);
});

test('however often and wherever it breaks off, in the end each order is in the lane once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 60 }),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 5, max: 40 })), { maxLength: 6 }),
      async (count, breaks) => {
        const lane = createLane();
        const listed = orders(count);
        for (const [failAfter, rate] of breaks) {
          lane.failAfter(failAfter);
          await run(lane, listed, { perSecond: rate }).catch(() => undefined);
        }
        lane.failAfter(Number.POSITIVE_INFINITY);
        await run(lane, listed);
        expect(keysOf(lane.messages)).toEqual(listed.map(({ id }) => id));
      },
    ),
    { numRuns: 300 },
  );
});

test('when it is told to stop it sends no further batch and says how many there are', async () => {
  const lane = createLane();
  const stop = new AbortController();
  const onSent = (count: number) => {
    if (count >= 6) stop.abort();
  };
  expect(await run(lane, orders(40), { perSecond: 10, onSent, signal: stop.signal })).toBe(6);
  expect(lane.messages).toHaveLength(6);
});

test('batches are small and keep the pace, counted from the beginning', async () => {
  let time = 100;
  const pauses: number[] = [];
  const pause = (ms: number) => {
    pauses.push(ms);
    // Each wait takes longer than asked for: what comes later makes up for it.
    time += ms + 50;
    return Promise.resolve();
  };
  await run(createLane(), orders(40), { perSecond: 50, now: () => time, pause });
  // After the last one nobody waits.
  expect(pauses).toEqual([200, 150, 150]);
});

test('what fails is not passed over', async () => {
  const lane = createLane();
  lane.failAfter(3);
  await expect(run(lane, orders(40))).rejects.toThrow('the broker is gone');
});

test('orders in other states, and messages of other backfills or redrives in the lane, change nothing', async () => {
  const lane = createLane();
  const [first, second, third] = orders(3) as [ListedOrder, ListedOrder, ListedOrder];
  const others = [
    { 'backfill-id': 'b-2', origin: 'backfill', 'backfill-batch': '9' },
    { 'backfill-id': 'b-1', origin: 'redrive', 'backfill-batch': '9' },
    { origin: 'replay' },
  ].map((headers) => ({ topic: 'lane', key: first.id, value: null, headers }));
  lane.messages.push(...others);
  await run(lane, [first, { ...second, orderState: 'Open' }, third]);
  expect(keysOf(lane.messages.slice(others.length))).toEqual([first.id, third.id]);
});
