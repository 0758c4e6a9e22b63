import type { FulfillmenttoolsNotification, ProcessReading, ReadEntity } from '@pipeline/provider-fulfillmenttools';
import { PROCESS_ID } from '@pipeline/fulfillment/testkit';
import { expect, it } from 'vitest';
import { handoverJob, order, pickJob } from '../testing/notifications.ts';
import { askAboutOrder } from './askAboutOrder.ts';
import { idMark, versionMark } from './orderFacts.ts';

const read = (kind: ReadEntity['kind'], entity: { id: string; version: number }): ReadEntity => ({
  ...{ kind, id: entity.id, version: entity.version, entity },
});
const reading: ProcessReading = {
  entities: [read('order', order()), read('pickJob', pickJob()), read('handoverJob', handoverJob())],
  ...{ anonymized: null, refused: new Map(), calls: 4 },
};

async function ask(about: { known?: number[]; settled?: number[]; nth?: number }, answer: ProcessReading | undefined) {
  const published: FulfillmenttoolsNotification[] = [];
  const skipped: string[] = [];
  const asked = await askAboutOrder(
    { processIds: [PROCESS_ID], known: [], settled: [], nth: 0, ...about },
    {
      read({ processId, isSettled, isKnown }) {
        expect(processId).toBe(PROCESS_ID);
        // Nothing is read beside what is not told.
        for (const entity of reading.entities)
          expect(isKnown?.(entity)).toBe(about.known?.includes(versionMark(entity)) ?? false);
        skipped.push(...['pick-1', 'handover-1'].filter(isSettled));
        return Promise.resolve(answer);
      },
      publish: (notifications) => Promise.resolve(void published.push(...notifications)),
    },
    new AbortController().signal,
  );
  return { asked, skipped, published: published.map(({ event, eventId }) => [event, eventId]) };
}

it('tells what is new of an order, and only that', async () => {
  const known = [versionMark(order()), versionMark({ ...pickJob(), version: 0 })];
  const { asked, published } = await ask({ known }, reading);
  expect(published).toEqual([
    ['PICK_JOB_CREATED', 'catch-up-pickJob-pick-1-1'],
    ['HANDOVERJOB_CREATED', 'catch-up-handoverJob-handover-1-1'],
  ]);
  expect(asked).toMatchObject({ outcome: 'news', told: 2 });
});

it('tells nothing when nothing is new, or when the process is no longer there', async () => {
  const known = [order(), pickJob(), handoverJob()].map(versionMark);
  expect(await ask({ known }, reading)).toMatchObject({ published: [], asked: { outcome: 'nothing-new', told: 0 } });
  expect(await ask({}, undefined)).toMatchObject({ published: [], asked: { outcome: 'gone' } });
});

it('does not read what is settled, but from the third time on everything', async () => {
  const settled = [idMark('pick-1')];
  expect((await ask({ settled }, reading)).skipped).toEqual(['pick-1']);
  expect((await ask({ settled, nth: 2 }, reading)).skipped).toEqual([]);
});

it('asks about each process of an order with several, one of which may be gone', async () => {
  const asked: string[] = [];
  const published: string[] = [];
  const { outcome, told } = await askAboutOrder(
    { processIds: ['process-1', 'gone', 'process-2'], known: [], settled: [], nth: 0 },
    {
      read({ processId }) {
        asked.push(processId);
        return Promise.resolve(processId === 'gone' ? undefined : reading);
      },
      publish: (notifications) => Promise.resolve(void published.push(...notifications.map(({ event }) => event))),
    },
    new AbortController().signal,
  );
  expect(asked).toEqual(['process-1', 'gone', 'process-2']);
  expect({ outcome, told }).toEqual({ outcome: 'news', told: published.length });
  expect(published.filter((event) => event === 'PICK_JOB_CREATED')).toHaveLength(2);
});
