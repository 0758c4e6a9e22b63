import { ORDER_ID, PROCESS_ID } from '@pipeline/fulfillment/testkit';
import { createMetrics, type LogEntry } from '@pipeline/service-kit';
import { PipelineError } from '@pipeline/streams';
import { expect, it } from 'vitest';
import { createCatchUpObserver } from './observer.ts';

const order = { orderId: ORDER_ID, processIds: [PROCESS_ID], known: [], settled: [], hasLeft: false, at: 0, nth: 1 };

function start() {
  const lines: string[] = [];
  const log = (level: string) => (text: string, entry?: LogEntry) =>
    void lines.push(
      [level, text, entry?.['outcome'], entry?.['effect']].filter((part) => part !== undefined).join(' '),
    );
  const logger = { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
  const metrics = createMetrics({ service: 'ingest-fft', version: '0' });
  const observer = createCatchUpObserver({ logger: logger as never, metrics });
  const counts = async () => {
    const { values } = await metrics.silentOrdersAsked.get();
    return Object.fromEntries(values.map(({ labels, value }) => [String(labels['outcome']), value]));
  };
  return { observer, lines, counts };
}

it('tells by a line what was news, and counts all that was asked', async () => {
  const { observer, lines, counts } = start();
  observer.asked(order, { outcome: 'nothing-new', told: 0, refused: new Map() });
  observer.asked(order, { outcome: 'news', told: 2, refused: new Map() });
  expect(lines).toEqual(['debug silent order asked about nothing-new', 'info silent order asked about news']);
  expect(await counts()).toEqual({ 'nothing-new': 1, news: 1 });
});

it('tells once of a kind that may not be read, though every order meets it', () => {
  const { observer, lines } = start();
  const refused = new Map([['parcel' as const, new PipelineError('auth', 'forbidden', 'No.', { httpStatus: 403 })]]);
  for (let n = 0; n < 3; n++) observer.asked(order, { outcome: 'nothing-new', told: 0, refused });
  expect(lines.filter((line) => line.startsWith('warn'))).toEqual([
    'warn a part of processes cannot be read: what is missed of it stays missed parcel',
  ]);
});

it('is loud only about what a person must mend', async () => {
  const { observer, lines, counts } = start();
  observer.failed(order, new PipelineError('throttled', 'too-many', 'Later.'), { afterMs: 1_000 });
  observer.failed(order, new PipelineError('auth', 'signed-out', 'Who?'), { afterMs: 60_000 });
  observer.failed(order, new PipelineError('permanent', 'bad-id', 'What?'), 'refused');
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['debug', 'warn', 'warn']);
  expect(await counts()).toEqual({ failed: 2, refused: 1 });
});
