import type { ProducerMessage } from '@pipeline/streams/kafka';
import { expect, test } from 'vitest';
import { createCatchUpPublisher, type CatchUpPublisherOptions } from './publisher.ts';

const found = Array.from({ length: 7 }, (_, n) => ({
  key: `order-${n}`,
  value: Buffer.from(`{"n":${n}}`),
  collapse: String(n),
}));

function start(over: Partial<CatchUpPublisherOptions> = {}) {
  const sends: ProducerMessage[][] = [];
  const taken: number[] = [];
  const publish = createCatchUpPublisher({
    producer: { send: async (messages) => void sends.push([...messages]) },
    topic: 'test.commercetools.notifications.v1',
    source: 'commercetools',
    identity: 'ingest-ct@1',
    pacer: { take: async (count) => void taken.push(count) },
    chunk: 3,
    check: () => undefined,
    signal: new AbortController().signal,
    ...over,
  });
  return { publish, sends, taken };
}

test('notifications are written as a push of them would be, but for their origin, a few at a time', async () => {
  const { publish, sends, taken } = start();
  await publish(found);
  expect([taken, sends.map((messages) => messages.length)]).toEqual([
    [3, 3, 1],
    [3, 3, 1],
  ]);
  const [first] = sends.flat();
  expect(sends.flat().map(({ key, value }) => ({ key, value }))).toEqual(
    found.map(({ key, value }) => ({ key, value })),
  );
  expect(first).toMatchObject({
    topic: 'test.commercetools.notifications.v1',
    headers: {
      ce_specversion: '1.0',
      ce_type: 'commercetools.notification',
      ce_source: '/commercetools',
      'content-type': 'application/json',
      origin: 'catch-up',
      producer: 'ingest-ct@1',
    },
  });
  expect(first?.headers['traceparent']).toMatch(/^00-/);
  expect(new Set(sends.flat().map(({ headers }) => headers['ce_id'])).size).toBe(7);
});

test('whose turn is over writes nothing more', async () => {
  let left = 2;
  const check = (): void => {
    if (left-- === 0) throw new Error('over');
  };
  const { publish, sends } = start({ check });
  await expect(publish(found)).rejects.toThrow('over');
  expect(sends).toHaveLength(2);
});

test('what Kafka did not take is not passed over', async () => {
  const producer = { send: () => Promise.reject(new Error('refused')) };
  await expect(start({ producer }).publish(found)).rejects.toThrow('refused');
});
