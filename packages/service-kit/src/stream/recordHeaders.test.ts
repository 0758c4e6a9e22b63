import { expect, test } from 'vitest';
import { createRecordHeaders } from './recordHeaders.ts';

const headersOf = createRecordHeaders('order-router@1.0.0');

test('a record goes on with the trace, the origin and the order version of what led to it', () => {
  const from = {
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    origin: 'replay',
    'order-version': '7',
    ce_id: 'of the message',
  };
  const headers = headersOf({ name: 'fulfillment.orders.v1' }, from);
  expect(headers).toMatchObject({
    'content-type': 'application/avro',
    origin: 'replay',
    producer: 'order-router@1.0.0',
    'order-version': '7',
  });
  expect(headers['traceparent']).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/);
  expect(Object.keys(headers).filter((name) => name.startsWith('ce_'))).toEqual([]);
});

test('without anything to go on with it is live, and begins a trace', () => {
  const headers = headersOf({ name: 'fulfillment.links.v1' }, {});
  expect(headers).toMatchObject({ producer: 'order-router@1.0.0', origin: 'live' });
  expect(headers['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
  expect(headers).not.toHaveProperty('order-version');
});
