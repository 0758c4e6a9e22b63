import { statusPresets } from '@pipeline/fulfillment';
import { aFulfillmentEvent, aHandoverJob, aLedgerEntry, aPickJob, NOON, ORDER_ID } from '@pipeline/fulfillment/testkit';
import { deadLetterTopics, shadowTopics, topics } from '@pipeline/schemas';
import type { HandlerContext } from '@pipeline/streams';
import { createKeyTester, createTestClock } from '@pipeline/streams/testkit';
import { expect, test } from 'vitest';
import { createPreviewStatus } from './previewStatus.ts';
import type { StatusInput } from './writeStatus.ts';

test('shadow mode writes what an order would show, each time that changes, and calls nothing', async () => {
  const tester = createKeyTester<StatusInput>({
    key: ORDER_ID,
    source: topics.fulfillmentEvents,
    deadLetters: deadLetterTopics['status-writer'],
    clock: createTestClock(NOON),
    create: () => createPreviewStatus(statusPresets.docs),
  });
  const ready = aFulfillmentEvent({ handoverJob: aHandoverJob() });
  await tester.deliver(tester.message(aLedgerEntry()), tester.message(ready));
  await tester.deliver(tester.message(ready));
  expect(tester.published.map(({ topic, key }) => [topic.name, key])).toEqual([
    [shadowTopics['status-writer'].name, ORDER_ID],
  ]);
  expect(JSON.parse(String(tester.published[0]?.value))).toMatchObject({
    orderId: ORDER_ID,
    orderNumber: '4711',
    shipmentState: 'Ready',
    fields: { providerOrderId: 'fft-order-1', handoverJobId: 'handover-1' },
  });
  expect([tester.effects, tester.reads, tester.appends]).toEqual([[], 0, []]);
});

test('shadow mode knows a bounded number of orders: the one not heard of for longest is forgotten first', async () => {
  const handler = createPreviewStatus(statusPresets.docs, 2);
  const source = createKeyTester<StatusInput>({
    key: ORDER_ID,
    source: topics.fulfillmentEvents,
    deadLetters: deadLetterTopics['status-writer'],
    clock: createTestClock(NOON),
    create: () => handler,
  });
  const hear = async (key: string, input: StatusInput) => {
    const published = await handler([source.message(input)], { key } as HandlerContext);
    return published.map(({ value }) => (JSON.parse(String(value)) as { fields: unknown }).fields);
  };
  const picking = aFulfillmentEvent({ pickJob: aPickJob() });
  const handover = aFulfillmentEvent({ handoverJob: aHandoverJob() });
  for (const key of ['a', 'b', 'a', 'c']) await hear(key, picking);
  expect(await hear('a', picking)).toEqual([]);
  expect(await hear('a', handover)).toMatchObject([{ pickJobId: 'pick-1', handoverJobId: 'handover-1' }]);
  expect(await hear('b', handover)).toMatchObject([{ pickJobId: null, handoverJobId: 'handover-1' }]);
});
