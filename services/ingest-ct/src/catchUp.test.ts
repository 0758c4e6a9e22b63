import { parsePush, relevantMessageTypes } from '@pipeline/platform-commercetools';
import { expect, test } from 'vitest';
import { classifyWithPayment } from './classifyPayment.ts';

test.each(relevantMessageTypes)('something comes of a %s that was caught up', (type) => {
  const push = { notificationType: 'Message', id: 'm', type, resource: { typeId: 'order', id: 'o' } };
  const notification = parsePush(Buffer.from(JSON.stringify({ ...push, orderState: 'Confirmed' })));
  const { kind } = classifyWithPayment(notification, { ourClientIds: [], projectKey: 'shop' });
  expect(['confirmed', 'amended', 'deleted']).toContain(kind);
});
