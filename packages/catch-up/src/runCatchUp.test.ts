import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { decodeProgress, encodeProgress } from './progress.ts';
import { runCatchUp, type RunCatchUpOptions } from './runCatchUp.ts';
import { createRecorder, createTurn, type StoredRecord } from './testing/turns.ts';
import { createVendor, type Happened } from './testing/vendor.ts';

const NOON = Date.parse('2026-11-22T12:00:00.000Z');
const MINUTE = 60_000;
const iso = (ms: number): string => new Date(ms).toISOString();

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

const rules = { delivering: ['Healthy'], losing: ['Stopped'], effectiveAfterMs: MINUTE };

function start(over: Partial<RunCatchUpOptions> = {}, record: StoredRecord = { value: null }) {
  const published: string[] = [];
  const { observer, told } = createRecorder();
  const { turn, stop } = createTurn(record);
  const ended = runCatchUp(turn, {
    source: undefined,
    subscription: undefined,
    publish: async (found) => void published.push(...found.map(({ value }) => String(value))),
    pace: () => Promise.resolve(),
    everyMs: 5 * MINUTE,
    lagMs: MINUTE,
    since: NOON - 60 * MINUTE,
    observer,
    ...over,
  });
  const progress = () => (record.value ? decodeProgress(record.value) : undefined);
  /** In the middle of a page it ends by the reason for which it is stopped. */
  async function end(): Promise<void> {
    stop();
    await ended.catch((error: unknown) => expect(error).toEqual(new Error('stopped')));
  }
  return { published, told, record, progress, stop: end };
}

const happenedAt = (minutes: number, id: string): Happened => ({
  at: NOON + minutes * MINUTE,
  id,
  order: `order-${id}`,
  visibleFrom: NOON + minutes * MINUTE,
});

test('the first sweep begins where it was told and ends a lag before now; later ones go on behind it', async () => {
  const happened = [happenedAt(-90, 'old'), happenedAt(-30, 'a'), happenedAt(-0.5, 'b'), happenedAt(3, 'c')];
  const vendor = createVendor(happened, { now: Date.now, pageSize: 2 });
  const run = start({ source: vendor.source });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(run.published).toEqual(['a']);
  expect(run.progress()).toMatchObject({ cursor: { at: iso(NOON - 30 * MINUTE), id: 'a' }, windows: [] });
  await vi.advanceTimersByTimeAsync(12 * MINUTE);
  expect(run.published).toEqual(['a', 'b', 'c']);
  await run.stop();
  expect(run.told[0]).toBe('swept schedule 1 1');
});

test('the next process goes on from the record, and one that cannot be read is begun anew', async () => {
  const vendor = createVendor([happenedAt(-30, 'a'), happenedAt(-20, 'b')], { now: Date.now, pageSize: 5 });
  const cursor = { at: iso(NOON - 30 * MINUTE), id: 'a' };
  const known = encodeProgress({ cursor, checkedUntil: null, windows: [], subscription: null });
  const second = start({ source: vendor.source }, { value: known });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(second.published).toEqual(['b']);
  await second.stop();
  for (const damaged of ['', 'null', '{}', '{"format":1,"cursor":{"at":"now"}}', '{"format":2}']) {
    const third = start({ source: vendor.source }, { value: Buffer.from(damaged) });
    await vi.advanceTimersByTimeAsync(1_000);
    expect([third.told[0], third.published]).toEqual(['unreadable', ['a', 'b']]);
    await third.stop();
  }
});

test('what fails is told and tried again, and meanwhile nothing counts as read', async () => {
  const vendor = createVendor([happenedAt(-30, 'a')], { now: Date.now, pageSize: 5 });
  const failures = ['messages are off', 'messages are off'];
  const source = {
    ...vendor.source,
    check: () => {
      const failure = failures.shift();
      return failure ? Promise.reject(new Error(failure)) : Promise.resolve({ retentionMs: undefined });
    },
  };
  const run = start({ source });
  await vi.advanceTimersByTimeAsync(0);
  expect([run.progress(), run.told]).toEqual([undefined, ['failed sweep messages are off']]);
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect([run.published, run.told.length]).toEqual([['a'], 3]);
  await run.stop();
});

test('what the vendor deleted before it was read is told', async () => {
  const vendor = createVendor([], { now: Date.now, pageSize: 5 });
  const source = { ...vendor.source, check: () => Promise.resolve({ retentionMs: 60 * MINUTE }) };
  const at = iso(NOON - 90 * MINUTE);
  const known = encodeProgress({ cursor: { at }, checkedUntil: at, windows: [], subscription: null });
  const run = start({ source }, { value: known });
  await vi.advanceTimersByTimeAsync(0);
  expect(run.told).toContain(`gap ${NOON - 90 * MINUTE} ${NOON - 60 * MINUTE}`);
  await run.stop();
});

test('a time in which the subscription lost notifications is read once more as soon as it is over, and nothing else', async () => {
  const happened = [happenedAt(-30, 'before'), happenedAt(2.5, 'lost'), happenedAt(8, 'later')];
  const vendor = createVendor(happened, { now: Date.now, pageSize: 5 });
  let status = 'Healthy';
  const look = () => Promise.resolve({ id: 's', version: 1, status, createdAt: iso(0) });
  // Far longer than a window: it does not wait for the schedule.
  const run = start({ source: vendor.source, everyMs: 600 * MINUTE, subscription: { look, rules, everyMs: MINUTE } });
  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  expect(run.published).toEqual(['before']);
  status = 'Stopped';
  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  status = 'Healthy';
  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  const [window] = run.progress()?.windows ?? [];
  expect(window).toMatchObject({ reason: 'subscription-recovered' });
  expect(Date.parse(window?.after.at ?? '')).toBeLessThan(NOON + 2 * MINUTE);
  expect(Date.parse(window?.until ?? '')).toBeGreaterThan(NOON + 4 * MINUTE);
  expect(run.published).toEqual(['before']);
  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  expect(run.published).toEqual(['before', 'lost']);
  expect(run.progress()?.windows).toEqual([]);
  expect(run.told.filter((line) => line.includes('→'))).toEqual([
    '- → Healthy',
    'Healthy → Stopped',
    'Stopped → Healthy',
  ]);
  await run.stop();
});

test('the schedule goes on while a long window is read', async () => {
  const long = Array.from({ length: 40 }, (_, at) => happenedAt(-50 + at / 10, `w${at}`));
  const vendor = createVendor([...long, happenedAt(2, 'new')], { now: Date.now, pageSize: 1 });
  const window = {
    after: { at: iso(NOON - 60 * MINUTE) },
    until: iso(NOON - 40 * MINUTE),
    reason: 'subscription-recovered',
  } as const;
  const cursor = { at: iso(NOON - 10 * MINUTE), id: 'z' };
  const known = encodeProgress({ cursor, checkedUntil: null, windows: [window], subscription: null });
  const pace = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      setTimeout(resolve, MINUTE);
      signal.addEventListener('abort', () => resolve());
    });
  const run = start({ source: vendor.source, pace }, { value: known });
  await vi.advanceTimersByTimeAsync(15 * MINUTE);
  expect(run.published).toContain('new');
  expect(run.published.length).toBeLessThan(30);
  await vi.advanceTimersByTimeAsync(45 * MINUTE);
  expect(run.published.toSorted()).toEqual([...long.map(({ id }) => id), 'new'].sort());
  await run.stop();
});

test('what only looks at the subscription says nothing of how far it has read', async () => {
  const reached = vi.fn();
  const { observer } = createRecorder();
  const look = () => Promise.resolve({ id: 's', version: 1, status: 'Healthy', createdAt: iso(0) });
  const run = start({ observer: { ...observer, reached }, subscription: { look, rules, everyMs: MINUTE } });
  await vi.advanceTimersByTimeAsync(5 * MINUTE);
  await run.stop();
  expect(reached).not.toHaveBeenCalled();
});

test('a window outlives the process that found it', async () => {
  const vendor = createVendor([happenedAt(-30, 'lost')], { now: Date.now, pageSize: 5 });
  const window = {
    after: { at: iso(NOON - 40 * MINUTE) },
    until: iso(NOON - 20 * MINUTE),
    reason: 'subscription-changed',
  };
  const cursor = { at: iso(NOON - 5 * MINUTE) };
  const known = encodeProgress({ cursor, checkedUntil: null, windows: [window], subscription: null });
  const run = start({ source: vendor.source }, { value: known });
  await vi.advanceTimersByTimeAsync(0);
  expect([run.published, run.progress()?.windows]).toEqual([['lost'], []]);
  await run.stop();
});

test('stopped anywhere and taken up by others, nothing that can be seen within the lag is left out', async () => {
  const happening = fc.record({
    at: fc.integer({ min: -20, max: 25 }),
    id: fc.integer({ min: 0, max: 999 }),
    lag: fc.integer({ min: 0, max: 59 }),
  });
  const cuts = fc.array(fc.constantFrom('none', 'none', 'before', 'after'), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(happening, { maxLength: 25, selector: ({ id }) => id }),
      cuts,
      fc.integer({ min: 1, max: 4 }),
      async (drawn, plan, pageSize) => {
        vi.setSystemTime(NOON);
        const happened = drawn.map(({ at, id, lag }): Happened => {
          const happenedThen = NOON + at * MINUTE;
          return {
            at: happenedThen,
            id: `${id}`.padStart(3, '0'),
            order: 'o',
            visibleFrom: happenedThen + lag * 1_000,
          };
        });
        const vendor = createVendor(happened, { now: Date.now, pageSize });
        const record: StoredRecord = { value: null };
        const published = new Set<string>();
        const left = [...plan];
        for (let minute = 0; minute < 40; minute += 1) {
          const { turn, stop } = createTurn(record, () => left.shift() ?? 'none');
          const ended = runCatchUp(turn, {
            source: vendor.source,
            subscription: undefined,
            publish: async (found) => found.forEach(({ value }) => published.add(String(value))),
            pace: () => Promise.resolve(),
            everyMs: MINUTE,
            lagMs: MINUTE,
            since: NOON - 21 * MINUTE,
            observer: createRecorder().observer,
          }).catch((error: unknown) => {
            if (!turn.signal.aborted) throw error;
          });
          await vi.advanceTimersByTimeAsync(MINUTE);
          stop();
          await ended;
        }
        expect([...published].sort()).toEqual(happened.map(({ id }) => id).sort());
      },
    ),
    { numRuns: 50 },
  );
});
