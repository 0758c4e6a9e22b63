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

test('a value that is new to us is counted each time and told once, and its event goes on', async () => {
  const { lines, metrics, observer } = start();
  const { links, deliver, events } = startNormaliser({ observer });
  links.put(PROCESS_ID, aLink());
  for (const version of [1, 2]) {
    await deliver(notification('HANDOVERJOB_CREATED', handoverJob({ version, status: 'ON_THE_MOON' })));
  }
  expect(events().map(({ handoverJob: job }) => job?.status)).toEqual(['UNKNOWN', 'UNKNOWN']);
  const told = lines.filter(({ message }) => message === 'unknown value');
  expect(told).toMatchObject([{ level: 'warn', reason: 'handoverJob.status', status: 'ON_THE_MOON' }]);
  expect((await metrics.expose()).body).toMatch(
    /pipeline_unknown_values_total\{field="handoverJob\.status"[^}]*\} 2\n/,
  );
});

test.each(['Erika Mustermann', 'ERIKA MUSTERMANN', 'e@example.com', '491701234567', 'X'.repeat(65), { of: 'ERIKA' }])(
  'an unknown value that is no name of an enumeration is counted and not shown: %s',
  async (status) => {
    const { lines, metrics, observer } = start();
    const { links, deliver } = startNormaliser({ observer });
    links.put(PROCESS_ID, aLink());
    await deliver(notification('HANDOVERJOB_CREATED', handoverJob({ status })));
    const { body } = await metrics.expose();
    expect(body).toContain('pipeline_unknown_values_total{field="handoverJob.status"');
    expect(lines.filter(({ message }) => message === 'unknown value')).toMatchObject([{ status: null }]);
    for (const part of ['rika', 'RIKA', 'e@', '49170123', 'XXX'])
      expect(JSON.stringify(lines) + body).not.toContain(part);
  },
);

test('a flood of unknown values is counted, not logged', () => {
  const { lines, observer } = start();
  for (let index = 0; index < 1_000; index++) observer.unknownValue({ field: 'order.status', name: `NEW_${index}` });
  expect(lines.length).toBe(100);
});
