import { describe, expect, test } from 'vitest';
import { parseArguments, usage, UsageError } from './arguments.ts';

const NOW = 1_800_000_000_000;
const parse = (line: string) => parseArguments(line.split(' ').filter(Boolean), NOW);

test('an order is asked for by one id', () => {
  expect(parse('order 4711 --json --since 2h')).toEqual({
    command: 'order',
    options: { id: '4711', since: NOW - 7_200_000, all: false, json: true },
  });
});

test('a redrive is careful unless it is told otherwise', () => {
  expect(parse('dlq redrive --service order-router')).toMatchObject({
    options: { maxReplays: 3, perSecond: 20, again: false, asEvent: false, dryRun: false, yes: false },
  });
});

test('a redrive takes all its filters', () => {
  const line =
    'dlq redrive --service status-writer --code InvalidField --key o1 --since 1d --letter 3:17 --rate 5/s --max-replays 7 --again --as-event --dry-run --yes --json';
  expect(parse(line)).toEqual({
    command: 'redrive',
    options: {
      service: 'status-writer',
      filter: { code: 'InvalidField', key: 'o1', since: NOW - 86_400_000, position: '3:17' },
      maxReplays: 7,
      perSecond: 5,
      again: true,
      asEvent: true,
      dryRun: true,
      yes: true,
      json: true,
    },
  });
});

test('a list is of all services, or of one', () => {
  expect(parse('dlq list')).toMatchObject({
    options: { services: ['ingest-ct', 'ingest-fft', 'order-router', 'status-writer', 'facility-sync'] },
  });
  expect(parse('dlq list --service ingest-ct')).toMatchObject({ options: { services: ['ingest-ct'] } });
});

test('a replay is of one source, from then until now, and careful unless it is told otherwise', () => {
  expect(parse('replay --source commerce.orders --since 2d')).toMatchObject({
    command: 'replay',
    options: {
      source: { service: 'order-router', lane: { name: 'commerce.orders.replay.v1' } },
      since: NOW - 2 * 86_400_000,
      until: NOW,
      key: undefined,
      run: '1',
      perSecond: 200,
      dryRun: false,
      yes: false,
    },
  });
});

test('a replay takes all its filters', () => {
  const line =
    'replay --source fulfillment.events.v1 --since 2026-11-01 --until 2026-11-02T10:30:00Z --order 0b7c2f0e-5a4e-4a53-9d0a-0a52f4e3c0aa --rate 5/s --run b --dry-run --yes --json';
  expect(parse(line)).toMatchObject({
    options: {
      source: { service: 'status-writer' },
      since: Date.UTC(2026, 10, 1),
      until: Date.UTC(2026, 10, 2, 10, 30),
      key: '0b7c2f0e-5a4e-4a53-9d0a-0a52f4e3c0aa',
      perSecond: 5,
      run: 'b',
      dryRun: true,
      yes: true,
      json: true,
    },
  });
});

test('a letter is shown by its position', () => {
  expect(parse('dlq show order-router 3:17')).toMatchObject({
    options: { service: 'order-router', position: { partition: 3, offset: 17n } },
  });
});

test('a key that is no order id is one where the source is not keyed by the order', () => {
  for (const source of ['fulfillmenttools.notifications', 'commerce.channels'])
    expect(parse(`replay --source ${source} --since 2d --key 4711`)).toMatchObject({ options: { key: '4711' } });
});

test.each(['', 'help', '--help', 'order --help'])('%j asks for help', (line) => {
  expect(parse(line)).toEqual({ command: 'help' });
});

test.each([
  ['order', 'one number or id'],
  ['order a b', 'one number or id'],
  ['order a --sinse 2h', '--sinse'],
  ['order a --since yesterday', '--since is "yesterday"'],
  ['dlq', 'no command dlq'],
  ['dlq delete', 'no command dlq delete'],
  ['dlq list order-router', 'order-router is not an argument'],
  ['dlq list --service router', 'router is no service'],
  ['dlq show order-router', 'partition:offset'],
  ['dlq show order-router 3', '3 is no position'],
  ['dlq redrive', 'needs --service'],
  ['dlq redrive --service order-router --max-replays 0', '--max-replays'],
  ['dlq redrive --service order-router --letter 17', '--letter is "17"'],
  ['dlq redrive --service order-router --dry-run=no', '--dry-run'],
  ['replay --since 2d', 'needs --source'],
  ['replay --source commerce.orders', 'needs --since'],
  ['replay --source fulfillment.orders --since 2d', '--source is "fulfillment.orders"'],
  ['replay --source commerce.orders --since 1h --until 2h', 'before --until'],
  ['replay --source commerce.orders --since 2026-13-01', '--since is "2026-13-01"'],
  ['replay --source commerce.orders --since 2026-11-21T10:00', '--since is'],
  ['replay --source commerce.orders --since 2d --order a --key b', 'Either --order or --key'],
  ['replay --source foo', '--source is "foo"'],
  ['replay --source commerce.orders --since 2d --order 4711', '--order is "4711"'],
  ['replay --source fulfillment.events --since 2d --key 4711', 'npm run ops -- order 4711'],
  ['replay --source fulfillmenttools.notifications --since 2d --order a', 'npm run ops -- order a'],
  ['replay --source commerce.orders --since 2d all', 'all is not an argument'],
])('refuses %j and names what is wrong', (line, problem) => {
  expect(() => parse(line)).toThrow(UsageError);
  expect(() => parse(line)).toThrow(problem);
});

test('a mapping is tried on one order, or on those of the topic', () => {
  expect(parse('map 4711 --held')).toMatchObject({ command: 'map', options: { order: '4711', held: true } });
  expect(parse('map --from-topic --since 2d --until 1d --diff old.yaml --values --most 5')).toEqual({
    command: 'map-topic',
    options: {
      since: NOW - 2 * 86_400_000,
      until: NOW - 86_400_000,
      config: undefined,
      diff: 'old.yaml',
      values: true,
      held: false,
      most: 5,
      json: false,
    },
  });
});

test.each([
  ['map --from-topic', 'needs --since'],
  ['map --from-topic --since 1d --until 2d', '--since must be before --until'],
  ['map --from-topic --since 1d --most all', '--most is "all"'],
  ['map --from-topic --since 1d 4711', '4711 is not an argument'],
  ['map --from-topic --since 1d --method x', "Unknown option '--method'"],
  ['map 4711 --diff old.yaml', "Unknown option '--diff'"],
])('`%s` is refused: %s', (line, problem) => {
  expect(() => parse(line)).toThrow(problem);
});

describe('a backfill', () => {
  test('is of a time of creation, of confirmed orders, and careful unless it is told otherwise', () => {
    expect(parse('backfill --from 2d')).toEqual({
      command: 'backfill',
      options: {
        created: { from: NOW - 2 * 86_400_000, to: NOW },
        names: [],
        states: ['Confirmed'],
        run: '1',
        perSecond: 50,
        dryRun: false,
        yes: false,
        json: false,
      },
    });
  });

  test('or of single orders, in every state of which something follows', () => {
    expect(parse('backfill --order 4711 --order 4712 --order 4711 --rate 0.5/s')).toMatchObject({
      options: { created: null, names: ['4711', '4712'], states: ['Confirmed', 'Cancelled'], perSecond: 0.5 },
    });
  });

  test.for([
    ['backfill', '--from and --to, or --order'],
    ['backfill --to 1d', '--to needs --from'],
    ['backfill --from 1d --to 2d', '--from must be before --to'],
    ['backfill --from 1d --to 2100-01-01', '--to lies in the future'],
    ['backfill --from soon', '--from is "soon"'],
    ['backfill --from 1d --order 4711', 'Either --from and --to, or --order'],
    ['backfill --from 1d --state Open', '--state is "Open"'],
    ['backfill --from 1d --rate 0', '--rate is "0"'],
    ['backfill 4711', '4711 is not an argument'],
  ] as const)('%s is refused by name', ([line, problem]) => {
    expect(() => parse(line)).toThrow(UsageError);
    expect(() => parse(line)).toThrow(problem);
  });
});

test.each([
  ...[
    'order',
    'dlq list',
    'dlq show',
    'dlq redrive',
    'replay',
    'backfill',
    'catch-up',
    'channels sync',
    'channels audit',
    'import-events',
    'map',
  ],
  ...['config check', 'config schema', 'config import'],
])('the help tells of %s', (name) => {
  expect(usage).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
  expect(() => parse(`${name} --no-such-flag`)).not.toThrow('There is no command');
});
