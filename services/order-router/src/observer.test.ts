import { aLedgerEntry, aPlacement, NOON } from '@pipeline/fulfillment/testkit';
import { createLogger, createMetrics } from '@pipeline/service-kit';
import { PipelineError } from '@pipeline/streams';
import { expect, test } from 'vitest';
import { createPlacementObserver } from './observer.ts';
import { confirmed } from './testing/router.ts';

function start() {
  const metrics = createMetrics({ service: 'order-router', version: '0' });
  const lines: string[] = [];
  const logger = createLogger({
    service: 'order-router',
    version: '0',
    level: 'debug',
    destination: { write: (line: string) => void lines.push(line) },
  });
  const observer = createPlacementObserver({ logger, metrics, now: () => NOON + 60_000 });
  const age = async () =>
    /^pipeline_oldest_unplaced_order_age_seconds(?:\{[^}]*\})? (\S+)$/m.exec((await metrics.expose()).body)?.[1];
  return { metrics, observer, lines, age };
}

test('the oldest confirmed order counts until something came of it', async () => {
  const { observer, age } = start();
  const { signal } = new AbortController();
  expect(await age()).toBe('0');
  observer.confirmed({ orderId: confirmed().orderId, since: NOON }, signal);
  observer.confirmed({ orderId: 'younger', since: NOON + 30_000 }, signal);
  expect(await age()).toBe('60');
  observer.settled(aLedgerEntry(), 'created', { attempt: 1 });
  expect(await age()).toBe('30');
  observer.dropped({ orderId: 'younger' });
  expect(await age()).toBe('0');
});

test('each target of a divided order counts until something came of it', async () => {
  const { observer, age, metrics, lines } = start();
  const { signal } = new AbortController();
  const { orderId } = confirmed();
  const entryOf = (target: string) => aLedgerEntry({ orderId, placements: [aPlacement({ target })] });
  const doubtful = async () =>
    /^pipeline_orders_in_doubt(?:\{[^}]*\})? (\S+)$/m.exec((await metrics.expose()).body)?.[1];
  observer.confirmed({ orderId, since: NOON }, signal);
  observer.settled(
    aLedgerEntry({ orderId, placements: ['home', 'work'].map((target) => aPlacement({ target })) }),
    'divided',
    {},
  );
  expect(await age()).toBe('0');
  for (const target of ['home', 'work']) observer.confirmed({ orderId, target, since: NOON }, signal);
  observer.inDoubt(entryOf('home'), 1_000, signal);
  observer.settled(entryOf('work'), 'created', { attempt: 1 });
  observer.inDoubt(entryOf('home'), 1_000, signal);
  expect([await age(), await doubtful()]).toEqual(['60', '1']);
  expect(lines.filter((line) => line.includes('order in doubt'))).toHaveLength(1);
  observer.settled(entryOf('home'), 'adopted', {});
  expect([await age(), await doubtful()]).toEqual(['0', '0']);
});

test('an order whose partition was lost is another process’ business', async () => {
  const { observer, age } = start();
  const lost = new AbortController();
  observer.confirmed({ orderId: confirmed().orderId, since: NOON }, lost.signal);
  lost.abort();
  expect(await age()).toBe('0');
});

test('what needs a person is counted by reason, never by a text of the vendor', async () => {
  const { observer, metrics, lines } = start();
  observer.settled(aLedgerEntry(), 'cancelRefused', { reason: 'Pick job 4711 is IN_PROGRESS.', alert: true });
  observer.settled(aLedgerEntry(), 'nothing', { reason: 'reconfirmed-after-cancel', alert: true });
  observer.settled(aLedgerEntry(), 'cancelled', {});
  const { body } = await metrics.expose();
  const series = [...body.matchAll(/^pipeline_orders_needing_a_look_total\{reason="([^"]*)".*\} (\d+)$/gm)];
  expect(series.map(([, reason, count]) => `${reason} ${count}`)).toEqual([
    'cancelRefused 1',
    'reconfirmed-after-cancel 1',
  ]);
  expect(lines.filter((line) => line.includes('order needs a look'))).toHaveLength(2);
});

test('an order in doubt is told once and counted until it is settled', async () => {
  const { observer, lines, metrics } = start();
  const doubtful = async () =>
    /^pipeline_orders_in_doubt(?:\{[^}]*\})? (\S+)$/m.exec((await metrics.expose()).body)?.[1];
  const { signal } = new AbortController();
  observer.inDoubt(aLedgerEntry(), 130_000, signal);
  observer.inDoubt(aLedgerEntry(), 90_000, signal);
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '{}')).toMatchObject({ level: 'info', outcome: 'waiting', retryAfterMs: 130_000 });
  expect(await doubtful()).toBe('1');
  observer.settled(aLedgerEntry(), 'adopted', { attempt: 1 });
  expect(await doubtful()).toBe('0');
});

test('a failed attempt is a log line with its outcome and the reason, and no personal data', () => {
  const { observer, lines } = start();
  const error = new PipelineError('unknown-outcome', 'provider-timeout', 'POST /api/orders was not answered.');
  observer.attemptFailed(aLedgerEntry(), { ended: 'unknown' }, error);
  expect(JSON.parse(lines[0] ?? '{}')).toMatchObject({ level: 'warn', outcome: 'unknown', attempt: 1 });
  expect(lines[0]).toContain('provider-timeout');
});

test('what a rule kept back is counted by the kind of rule', async () => {
  const { observer, metrics } = start();
  observer.settled(aLedgerEntry(), 'skipped', { reason: 'excluded:store' });
  observer.settled(aLedgerEntry(), 'skipped', { reason: 'excluded:store' });
  expect((await metrics.expose()).body).toMatch(/pipeline_orders_skipped_total\{.*reason="excluded:store".*\} 2/);
});

test('what was done since a catch-up brought it counts as repaired, what changes nothing or came live does not', async () => {
  const { observer, metrics, lines } = start();
  observer.settled(aLedgerEntry(), 'created', { attempt: 1, origin: 'catch-up' });
  observer.settled(aLedgerEntry(), 'cancelled', { origin: 'catch-up' });
  for (const outcome of ['nothing', 'skipped']) observer.settled(aLedgerEntry(), outcome, { origin: 'catch-up' });
  for (const origin of ['live', 'replay', 'backfill']) observer.settled(aLedgerEntry(), 'created', { origin });
  const { body } = await metrics.expose();
  const series = [...body.matchAll(/^pipeline_catch_up_repaired_total\{how="([^"]*)".*\} (\d+)$/gm)];
  expect(series.map(([, how, count]) => `${how} ${count}`)).toEqual(['created 1', 'cancelled 1']);
  expect(lines.filter((line) => line.includes('"origin":"catch-up"'))).toHaveLength(2);
});

test('changes after the placement are counted by part, and those that are not applied ask for a person', async () => {
  const { observer, metrics, lines } = start();
  const live = { applied: true, origin: 'live' };
  observer.amended(aLedgerEntry(), [], { applied: false, origin: 'catch-up' });
  observer.amended(aLedgerEntry(), [{ part: 'address', reason: null }], live);
  observer.amended(
    aLedgerEntry(),
    [
      { part: 'address', reason: null },
      { part: 'lines', reason: 'lines-ignored' },
    ],
    live,
  );
  expect((await metrics.expose()).body).not.toMatch(/^pipeline_catch_up_repaired_total\{/m);
  observer.amended(aLedgerEntry(), [{ part: 'delivery', reason: null }], { applied: true, origin: 'catch-up' });
  const { body } = await metrics.expose();
  expect(body).toMatch(/^pipeline_amendments_total\{.*field="address",outcome="applied".*\} 2$/m);
  expect(body).toMatch(/^pipeline_amendments_total\{.*field="lines",outcome="lines-ignored".*\} 1$/m);
  expect(body).toMatch(/^pipeline_catch_up_repaired_total\{.*how="amended".*\} 1$/m);
  expect(body).toMatch(/^pipeline_orders_needing_a_look_total\{.*reason="amendment-not-applied".*\} 1$/m);
  const logged = lines.map((line) => JSON.parse(line) as { message: string; outcome: string; reason?: string });
  expect(logged.map(({ message, outcome, reason }) => [message, outcome, reason])).toEqual([
    ['order amended', 'unchanged', undefined],
    ['order amended', 'amended', undefined],
    ['order needs a look', 'amendRefused', 'lines: lines-ignored'],
    ['order amended', 'amended', undefined],
  ]);
});
