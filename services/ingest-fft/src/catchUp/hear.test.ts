import { aFulfillmentEvent, NOON, ORDER_ID } from '@pipeline/fulfillment/testkit';
import { deadLetterTopics, topics } from '@pipeline/schemas';
import { createKeyTester, createTestClock } from '@pipeline/streams/testkit';
import { expect, it } from 'vitest';
import { createHear } from './hear.ts';

it('takes live events for a word of the vendor, by the time at which Kafka took them, and no others', async () => {
  const heard: [string, number][] = [];
  const tester = createKeyTester({
    ...{ key: ORDER_ID, source: topics.fulfillmentEvents, deadLetters: deadLetterTopics['ingest-fft'] },
    clock: createTestClock(NOON),
    create: () => createHear({ heard: (orderId, at) => void heard.push([orderId, at]) }),
  });
  const event = aFulfillmentEvent({ occurredAt: NOON - 5_000 });
  for (const origin of ['catch-up', 'replay', 'redrive', 'live'])
    await tester.deliver(tester.message(event, { headers: { origin } }));
  const [only, ...others] = heard;
  expect(others).toEqual([]);
  expect(only?.[0]).toBe(ORDER_ID);
  expect(only?.[1]).toBeGreaterThanOrEqual(NOON);
});
