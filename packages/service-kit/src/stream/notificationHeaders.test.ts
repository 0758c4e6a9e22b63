import { expect, it } from 'vitest';
import { notificationHeaders } from './notificationHeaders.ts';

const time = new Date('2026-11-20T10:00:00.000Z');

it('tells whose notification it is, why it is there and who wrote it', () => {
  const headers = notificationHeaders({
    source: 'commercetools',
    origin: 'backfill',
    producer: 'ops@1.0.0',
    time,
    id: 'e-1',
  });
  expect(headers).toEqual({
    ce_specversion: '1.0',
    ce_id: 'e-1',
    ce_type: 'commercetools.notification',
    ce_source: '/commercetools',
    ce_time: '2026-11-20T10:00:00.000Z',
    'content-type': 'application/json',
    traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
    origin: 'backfill',
    producer: 'ops@1.0.0',
  });
});

it('gives each delivery an id and a trace of its own, unless its sender named a trace', () => {
  const given = { source: 'fulfillmenttools', origin: 'live', producer: 'ingest-fft@1.0.0', time } as const;
  const [first, second] = [notificationHeaders(given), notificationHeaders(given)];
  expect(first['ce_id']).not.toBe(second['ce_id']);
  expect(first['traceparent']).not.toBe(second['traceparent']);
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  expect(notificationHeaders({ ...given, traceparent, contentType: 'application/cloudevents+json' })).toMatchObject({
    traceparent,
    'content-type': 'application/cloudevents+json',
  });
});
