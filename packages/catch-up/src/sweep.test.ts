import fc from 'fast-check';
import { expect, test } from 'vitest';
import { collapse } from './collapse.ts';
import { type Cursor, cursorAt } from './cursor.ts';
import { sweep } from './sweep.ts';
import { createVendor, type Happened, toNotification } from './testing/vendor.ts';

const { signal } = new AbortController();
const START = Date.parse('2026-11-22T08:00:00.000Z');
const end = new Date(START + 1_000).toISOString();

/** Moments of few milliseconds, so that many things happen at once and ids decide. */
const happenings = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 99 })), {
  maxLength: 40,
  selector: ([, id]) => id,
});
const toHappened = (pairs: readonly (readonly [number, number])[]): Happened[] =>
  pairs.map(([at, id]) => ({
    at: START + at,
    id: String(id).padStart(2, '0'),
    order: `order-${id % 5}`,
    visibleFrom: 0,
  }));

test('a sweep publishes all that happened once and in order, whatever the page, and nothing from its end on', async () => {
  await fc.assert(
    fc.asyncProperty(happenings, fc.integer({ min: 1, max: 7 }), async (pairs, pageSize) => {
      const happened = toHappened(pairs);
      const vendor = createVendor(happened, { now: () => START, pageSize });
      const published: string[] = [];
      await sweep({
        source: vendor.source,
        after: cursorAt(START + 2),
        until: new Date(START + 8).toISOString(),
        publish: async (found) => void published.push(...found.map(({ value }) => String(value))),
        passed: () => Promise.resolve(),
        signal,
      });
      const wanted = happened
        .filter(({ at }) => at >= START + 2 && at < START + 8)
        .sort((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1));
      expect(published).toEqual(wanted.map(({ id }) => id));
    }),
  );
});

test('whatever fails and wherever it stops, going on from what was passed leaves nothing out', async () => {
  const steps = fc.array(fc.constantFrom('read', 'publish', 'published', 'pass', 'passed', 'none'), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(happenings, fc.integer({ min: 1, max: 5 }), steps, async (pairs, pageSize, faults) => {
      const happened = toHappened(pairs);
      const vendor = createVendor(happened, { now: () => START, pageSize });
      const published = new Set<string>();
      let stored: Cursor = cursorAt(START);
      let left = [...faults];
      const failAt = (step: string): void => {
        if (left[0] !== step) return;
        left = left.slice(1);
        throw new Error(step);
      };
      for (let done = false, tries = 0; !done; tries += 1) {
        if (tries > faults.length + 1) throw new Error('no end');
        if (left[0] === 'none') left = left.slice(1);
        try {
          await sweep({
            source: {
              readPage: (request) => {
                failAt('read');
                return vendor.source.readPage(request);
              },
            },
            after: stored,
            until: end,
            async publish(found) {
              failAt('publish');
              for (const { value } of found) published.add(String(value));
              failAt('published');
            },
            async passed(cursor) {
              failAt('pass');
              stored = cursor;
              failAt('passed');
            },
            signal,
          });
          done = true;
        } catch (error) {
          if (!faults.includes((error as Error).message as 'read')) throw error;
        }
        // What cannot happen in this run is over.
        if (!done && left.length > 0 && tries >= faults.length) left = [];
      }
      expect([...published].sort()).toEqual(happened.map(({ id }) => id).sort());
    }),
  );
});

test('nothing is read, published or passed after the signal has aborted', async () => {
  const stop = new AbortController();
  const vendor = createVendor(toHappened([[1, 1]]), { now: () => START, pageSize: 1 });
  const done: string[] = [];
  const swept = sweep({
    source: {
      async readPage(request) {
        const page = await vendor.source.readPage(request);
        stop.abort(new Error('over'));
        return page;
      },
    },
    after: cursorAt(START),
    until: end,
    publish: async () => void done.push('publish'),
    passed: async () => void done.push('passed'),
    signal: stop.signal,
  });
  await expect(swept).rejects.toThrow('over');
  expect(done).toEqual([]);
});

test('of several that say the same the last counts, where it stands', () => {
  const say = (collapseKey: string, text: string) => ({
    ...toNotification({ at: 0, id: text, order: 'o', visibleFrom: 0 }),
    collapse: collapseKey,
  });
  const found = [say('a', '1'), say('b', '2'), say('a', '3'), say('c', '4'), say('b', '5')];
  expect(collapse(found).map(({ value }) => String(value))).toEqual(['3', '4', '5']);
});
