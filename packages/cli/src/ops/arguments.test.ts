import { expect, test } from 'vitest';
import { parseArguments, UsageError } from './arguments.ts';

const NOW = 1_800_000_000_000;
const parse = (line: string) => parseArguments(line.split(' ').filter(Boolean), NOW);

test('an order is asked for by one id', () => {
  expect(parse('order 4711 --json --since 2h')).toEqual({
    command: 'order',
    options: { id: '4711', since: NOW - 7_200_000, all: false, json: true, preset: 'docs' },
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
    options: { services: ['ingest-ct', 'ingest-fft', 'order-router', 'status-writer'] },
  });
  expect(parse('dlq list --service ingest-ct')).toMatchObject({ options: { services: ['ingest-ct'] } });
});

test.each(['', 'help', '--help', 'order --help'])('%j asks for help', (line) => {
  expect(parse(line)).toEqual({ command: 'help' });
});

test.each([
  ['order', 'one number or id'],
  ['order a b', 'one number or id'],
  ['order a --sinse 2h', '--sinse'],
  ['order a --since yesterday', '--since is "yesterday"'],
  ['order a --status-preset other', '--status-preset'],
  ['dlq', 'no command dlq'],
  ['dlq delete', 'no command dlq delete'],
  ['dlq list order-router', 'order-router is not an argument'],
  ['dlq list --service router', 'router is no service'],
  ['dlq show order-router', 'partition:offset'],
  ['dlq redrive', 'needs --service'],
  ['dlq redrive --service order-router --max-replays 0', '--max-replays'],
  ['dlq redrive --service order-router --letter 17', '--letter is "17"'],
  ['dlq redrive --service order-router --dry-run=no', '--dry-run'],
])('refuses %j and names what is wrong', (line, problem) => {
  expect(() => parse(line)).toThrow(UsageError);
  expect(() => parse(line)).toThrow(problem);
});
