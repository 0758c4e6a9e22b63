import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { commands, parseOptions, usage } from './options.ts';
import { UsageError } from './sandboxParts.ts';

describe('the arguments', () => {
  test('have a default for everything but the command', () => {
    expect(parseOptions(['router'])).toEqual({
      command: 'router',
      orders: 10_000,
      json: false,
      concurrency: 64,
      latencyMs: 100,
      orderBytes: 3_000,
      hotKey: 0,
      stuck: 0,
      pairs: 5,
      batch: 5,
      of: 'ledger',
      arrival: 'waiting',
      rate: 'max',
      seconds: 30,
      connections: 128,
      overloadSeconds: 60,
      profile: undefined,
    });
  });

  test.each([
    ['replay', 100_000],
    ['restore', 1_000_000],
    ['stores', 1_000_000],
  ])('of %s ask for %i orders when nothing else is said', (command, orders) => {
    expect(parseOptions([command])).toMatchObject({ command, orders });
  });

  test('are taken as given', () => {
    const flags = '--orders 500 --concurrency 1000 --latency 50 --stuck 1 --pairs 3 --json --profile profiles';
    expect(parseOptions(['router', ...flags.split(' ')])).toMatchObject({
      orders: 500,
      concurrency: 1_000,
      latencyMs: 50,
      stuck: 1,
      pairs: 3,
      json: true,
      profile: path.resolve('profiles'),
    });
  });

  test('of an ingest run are a rate, and deliveries of 15 KB', () => {
    const flags = '--rate 1500 --seconds 10 --overload-seconds 0';
    expect(parseOptions(['ingest', ...flags.split(' ')])).toMatchObject({
      rate: 1_500,
      seconds: 10,
      overloadSeconds: 0,
      orderBytes: 15_000,
    });
  });

  test.each(commands)('of %s are those of its part of the help', (command) => {
    const samples: Record<string, string> = { of: 'states', arrival: 'paced', 'hot-key': '0', 'order-bytes': '2000' };
    const part = new RegExp(`\\n  ${command} [^]*?(?=\\n  \\S)`).exec(usage)?.[0] ?? '';
    const told = [...part.matchAll(/--([a-z-]+)/g)].map(([, flag = '']) => flag);
    for (const flag of told) {
      expect(parseOptions([command, `--${flag}`, samples[flag] ?? '100'])).toMatchObject({ command });
    }
    expect(told.length).toBeGreaterThan(0);
  });

  test('may ask for help, whatever else they say', () => {
    expect(parseOptions(['--help'])).toBe('help');
    expect(parseOptions(['router', '--help'])).toBe('help');
  });
});

describe('refused with what is wrong is', () => {
  test.each([
    [[], /One command is needed: router, status, replay, restore, stores, ingest/],
    [['ingest', '--rate', 'most'], /--rate is "most"/],
    [['ingest', '--seconds', '1'], /--seconds .* from 3 to/],
    [['stores', '--of', 'orders'], /--of is "orders"/],
    [['status', '--arrival', 'late'], /--arrival is "late"/],
    [['writer'], /got "writer"/],
    [['router', 'replay'], /got "router replay"/],
    [['router', '--orders', '1e4'], /--orders is "1e4"/],
    [['router', '--orders', '99'], /--orders .* from 100 to/],
    [['router', '--orders', ''], /--orders is ""/],
    [['router', '--concurrency', '2000'], /--concurrency .* from 1 to 1024/],
    [['router', '--latency', '0'], /--latency/],
    [['router', '--latency', '-1'], /--latency/],
    [['router', '--hot-key', '10', '--stuck', '1'], /one at a time/],
    [['router', '--unknown'], /--unknown/],
    [['ingest', '--latency', '5'], /^ingest has no --latency; it has --rate, --seconds/],
    [['ingest', '--orders', '500'], /ingest has no --orders/],
    [['replay', '--latency=5', '--stuck', '1', '--json'], /replay has no --latency, --stuck; it has --orders/],
  ])('%j', (args, reason) => {
    expect(() => parseOptions(args)).toThrow(UsageError);
    expect(() => parseOptions(args)).toThrow(reason);
  });
});
