import { PROCESS_ID } from '@pipeline/fulfillment/testkit';
import { createLogger, createMetrics } from '@pipeline/service-kit';
import { PipelineError } from '@pipeline/streams';
import { expect, test } from 'vitest';
import { createCorrelationObserver } from './observer.ts';
import { handoverJob, notification } from './testing/notifications.ts';
import { aLink, startNormaliser } from './testing/normaliser.ts';

function start() {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const metrics = createMetrics({ service: 'ingest-fft', version: '0' });
  const logger = createLogger({ service: 'ingest-fft', version: '0', level: 'debug', destination });
  return { lines, metrics, observer: createCorrelationObserver({ logger, metrics }) };
}

test('a published event is one line with the ids of the order and of the event, and nothing of its content', async () => {
  const { lines, observer } = start();
  const { links, deliver, events } = startNormaliser({ observer });
  links.put(PROCESS_ID, aLink());
  await deliver(notification('HANDOVERJOB_CREATED', handoverJob()));
  const [event] = events();
  const [{ time: _, ...line } = {}] = lines;
  expect([lines.length, line]).toEqual([
    1,
    {
      level: 'info',
      service: 'ingest-fft',
      version: '0',
      message: 'event published',
      orderId: event?.orderId,
      tenantOrderId: event?.tenantOrderId,
      providerOrderId: event?.providerOrderId,
      processId: event?.processId,
      eventType: event?.type,
      eventId: event?.eventId,
      outcome: 'published',
    },
  ]);
});

test('what is ignored or foreign is counted, and a line for who debugs', async () => {
  const { lines, metrics, observer } = start();
  observer.ignored('other-event');
  observer.foreign();
  expect(lines).toMatchObject([
    { level: 'debug', reason: 'other-event' },
    { level: 'debug', reason: 'foreign' },
  ]);
  const { body } = await metrics.expose();
  expect(body).toContain('pipeline_notifications_ignored_total{source="fulfillmenttools",reason="other-event"');
  expect(body).toContain('pipeline_events_foreign_total{service="ingest-fft"} 1');
});

test('load units that were refused are a warning: the event goes on without them', () => {
  const { lines, observer } = start();
  observer.loadUnitsRefused(new PipelineError('permanent', 'refused', 'No.'));
  expect(lines).toMatchObject([{ level: 'warn', effect: 'getLoadUnitsAmount', error: { code: 'refused' } }]);
});
