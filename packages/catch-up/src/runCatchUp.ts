import { createRetryPolicy, toPipelineError } from '@pipeline/streams';
import { cursorAt, timeOf } from './cursor.ts';
import { foldHealth, type HealthRules, type LostWindow, type SubscriptionView } from './health/health.ts';
import { type CatchUpProgress, type CatchUpWindow, decodeProgress, encodeProgress, withWindow } from './progress.ts';
import { jittered } from './schedule.ts';
import type { Turn } from './singleRunner.ts';
import type { CatchUpSource, CaughtUp } from './source.ts';
import { sweep } from './sweep.ts';
import { createWaiting } from './wait.ts';

/** The vendor's subscription that notifications come from. */
export interface Subscription {
  /** undefined: there is none. @throws PipelineError that says what is missing. */
  look(signal: AbortSignal): Promise<SubscriptionView | undefined>;
  readonly rules: HealthRules;
  /** Between two looks, in milliseconds. */
  readonly everyMs: number;
}

export interface RunCatchUpOptions {
  /** undefined: nothing is read; only the subscription is looked at. */
  readonly source: CatchUpSource | undefined;
  readonly subscription: Subscription | undefined;
  /** Resolves when all in-sync replicas have them. */
  readonly publish: (notifications: readonly CaughtUp[], turn: Turn) => Promise<void>;
  /** Before each page. */
  readonly pace: (signal: AbortSignal) => Promise<void>;
  /** Between two sweeps, in milliseconds. */
  readonly everyMs: number;
  /** How far behind now a sweep ends, in milliseconds: what happened then can be read by now. */
  readonly lagMs: number;
  /** Where the first of all sweeps begins; milliseconds since the epoch. */
  readonly since: number;
  readonly observer: CatchUpObserver;
  /** Milliseconds since the epoch. (Default: Date.now) */
  readonly now?: () => number;
}

/** What a catch-up tells of itself. */
export interface CatchUpObserver {
  /** Everything up to then was read and is in Kafka; milliseconds since the epoch. */
  reached(at: number): void;
  page(counts: { readonly read: number; readonly sent: number }): void;
  swept(counts: SweepCounts, reason: string): void;
  failed(stage: 'sweep' | 'subscription' | 'turn', error: unknown): void;
  /** The record cannot be read: it begins anew. */
  unreadable(): void;
  /** What the vendor has deleted before it was read; milliseconds since the epoch. */
  gap(from: number, until: number): void;
  subscription(status: string, previous: string | null): void;
  window(window: LostWindow): void;
}

export interface SweepCounts {
  readonly read: number;
  readonly sent: number;
}

/** A record at least so often, while anything is seen at all. */
const SAVE_MS = 600_000;

/** Sweeps and looks after the subscription, as long as it is this process's turn. */
export async function runCatchUp(turn: Turn, options: RunCatchUpOptions): Promise<void> {
  const { source, subscription, publish, pace, everyMs, lagMs, observer, now = Date.now } = options;
  const { signal } = turn;
  const waiting = createWaiting();
  let progress = begin();
  let saving: Promise<void> = Promise.resolve();
  let savedAt = Number.NEGATIVE_INFINITY;
  let nextSweep = now();

  function begin(): CatchUpProgress {
    const known = turn.stored === null ? undefined : decodeProgress(turn.stored);
    if (turn.stored !== null && !known) observer.unreadable();
    return known ?? { cursor: cursorAt(options.since), checkedUntil: null, windows: [], subscription: null };
  }

  /** One save after the other: none puts back what a later one has stored. */
  function update(change: (progress: CatchUpProgress) => CatchUpProgress): Promise<void> {
    progress = change(progress);
    const value = encodeProgress(progress);
    savedAt = now();
    const saved = saving.catch(() => undefined).then(() => turn.save(value));
    saving = saved;
    return saved;
  }

  const ended = (window: CatchUpWindow): number => Date.parse(window.until) + lagMs;

  /** `between`: after each page, for a window may be long. */
  async function sweepWindow(
    reader: CatchUpSource,
    window: CatchUpWindow,
    between: () => Promise<void>,
  ): Promise<void> {
    let open = window;
    const replace = (by: CatchUpWindow | undefined): Promise<void> => {
      const replaced = open;
      open = by ?? open;
      return update((known) => ({
        ...known,
        windows: known.windows.flatMap((each) => (each === replaced ? (by ?? []) : each)),
      }));
    };
    const counts = await sweepFrom(reader, window, async (after) => {
      await replace({ ...open, after });
      await between();
    });
    await replace(undefined);
    observer.swept(counts, window.reason);
  }

  async function sweepFrom(
    reader: CatchUpSource,
    { after, until }: Pick<CatchUpWindow, 'after' | 'until'>,
    moved: (after: CatchUpWindow['after']) => Promise<void>,
  ): Promise<SweepCounts> {
    const total = { read: 0, sent: 0 };
    await sweep({
      source: reader,
      after,
      until,
      signal,
      pace: () => pace(signal),
      publish: (notifications) => publish(notifications, turn),
      async passed(cursor, page) {
        total.read += page.read;
        total.sent += page.sent;
        observer.page(page);
        await moved(cursor);
      },
    });
    return total;
  }

  /** What is due: windows that are over, and the time since the last sweep. */
  async function sweepDue(reader: CatchUpSource): Promise<void> {
    const { retentionMs } = await reader.check(signal);
    const sweepOnIfDue = async (): Promise<void> => {
      if (nextSweep > now()) return;
      await sweepOn(reader, retentionMs);
      nextSweep = now() + jittered(everyMs);
    };
    await sweepOnIfDue();
    for (const window of progress.windows.filter((each) => ended(each) <= now()))
      await sweepWindow(reader, window, sweepOnIfDue);
  }

  async function sweepOn(reader: CatchUpSource, retentionMs: number | undefined): Promise<void> {
    const until = now() - lagMs;
    reportGap(retentionMs);
    if (until <= timeOf(progress.cursor)) return;
    const counts = await sweepFrom(
      reader,
      { after: progress.cursor, until: new Date(until).toISOString() },
      async (cursor) => {
        observer.reached(timeOf(cursor));
        await update((known) => ({ ...known, cursor }));
      },
    );
    await update((known) => ({ ...known, checkedUntil: new Date(until).toISOString() }));
    observer.reached(until);
    observer.swept(counts, 'schedule');
  }

  function reportGap(retentionMs: number | undefined): void {
    if (retentionMs === undefined || progress.checkedUntil === null) return;
    const [oldest, checked] = [now() - retentionMs, Date.parse(progress.checkedUntil)];
    if (checked < oldest) observer.gap(checked, oldest);
  }

  async function sweepLoop(reader: CatchUpSource): Promise<void> {
    const retry = createRetryPolicy({ baseMs: 5_000, capMs: Math.min(everyMs, 300_000) });
    for (let attempt = 1; !signal.aborted; ) {
      const due = [nextSweep, ...progress.windows.map(ended)];
      const ms = Math.min(...due) - now();
      if (ms > 0) {
        await waiting.wait(ms, signal);
        continue;
      }
      try {
        await sweepDue(reader);
        attempt = 1;
      } catch (error) {
        turn.check();
        observer.failed('sweep', error);
        await waiting.wait(retry.delayAfter(attempt++, toPipelineError(error)), signal);
      }
    }
  }

  async function look({ look: lookAt, rules }: Subscription): Promise<void> {
    const at = now();
    const found = await lookAt(signal);
    const known = progress.subscription;
    const { health, window } = foldHealth(known, { found, at, knownSince: timeOf(progress.cursor) }, rules);
    observer.subscription(health.status, known?.status ?? null);
    if (window) observer.window(window);
    const seen = { ...progress, subscription: health };
    // What was on its way when it was last seen to deliver may be lost, too.
    const after = window && cursorAt(Date.parse(window.from) - lagMs);
    const next = after && source ? withWindow(seen, { ...window, after }) : seen;
    const told = known && JSON.stringify({ ...known, deliveredAt: health.deliveredAt }) === JSON.stringify(health);
    // When it was seen only matters roughly: it goes with the next record.
    if (told && !window && at - savedAt < SAVE_MS) progress = next;
    else await update(() => next);
    if (window) waiting.wake();
  }

  async function lookLoop(watched: Subscription): Promise<void> {
    const { wait } = createWaiting();
    while (!signal.aborted) {
      try {
        await look(watched);
      } catch (error) {
        turn.check();
        observer.failed('subscription', error);
      }
      await wait(jittered(watched.everyMs), signal);
    }
  }

  if (source)
    observer.reached(progress.checkedUntil === null ? timeOf(progress.cursor) : Date.parse(progress.checkedUntil));
  await Promise.all([source && sweepLoop(source), subscription && lookLoop(subscription), untilAborted(signal)]);
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
