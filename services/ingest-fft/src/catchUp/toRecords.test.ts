import { PROCESS_ID } from '@pipeline/fulfillment/testkit';
import { type FulfillmentEvent, topics } from '@pipeline/schemas';
import { expect, it } from 'vitest';
import { aLink, startNormaliser } from '../testing/normaliser.ts';
import { handoverJob } from '../testing/notifications.ts';
import { toRecords } from './toRecords.ts';

it('what was read is normalised like any notification, and goes on with its origin', async () => {
  const payload = handoverJob({ version: 2, status: 'HANDED_OVER' });
  const notification = { event: 'HANDOVERJOB_HANDED_OVER', eventId: 'catch-up-handoverJob-handover-1-2', payload };
  const [record] = toRecords([notification], { topic: 'raw', producer: 'ingest-fft@0', now: new Date(0) });
  expect(record).toMatchObject({ topic: 'raw', key: PROCESS_ID });
  expect(record?.headers).toMatchObject({ origin: 'catch-up', 'content-type': 'application/json' });

  const { links, deliver, tester } = startNormaliser();
  links.put(PROCESS_ID, aLink());
  await deliver(record?.value ?? Buffer.alloc(0), { ...record?.headers });
  const [published] = tester.published.filter(({ topic }) => topic === topics.fulfillmentEvents);
  const event = published?.value as FulfillmentEvent;
  expect(event.handoverJob).toMatchObject({ id: 'handover-1', version: 2, status: 'HANDED_OVER' });
  expect(event.eventId).toBe(notification.eventId);
  expect(published?.headers).toMatchObject({ origin: 'catch-up' });
});
