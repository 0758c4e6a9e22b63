import { parseFlags, UsageError } from '@pipeline/simulator-control';
import { expect, it } from 'vitest';
import { flags, toOptions } from '../flags.ts';
import { liveOrder } from '../testing/liveOrder.ts';
import { toSettings } from './options.ts';

const optionsOf = (...args: string[]) => {
  const values = parseFlags(flags, args);
  return values === 'help' ? {} : toOptions(values);
};

it('is as kind as ever by default', () => {
  expect(toSettings({})).toMatchObject({
    ...{ lives: 'plain', inheritAttributes: false, inheritTenantOrderId: true, tracking: false },
    ...{ surprises: 0, reEmissions: 0, duplicates: 0, shuffle: false, webhookTimeoutMs: 10_000 },
  });
});

it('has a flag for each option', () => {
  const args = ['--lives', 'random', '--no-inherit-tenant-order-id', '--surprises', '0.5', '--re-emissions', '0.25'];
  expect(optionsOf(...args, '--webhook-timeout-ms', '50', '--webhook-connections', '2')).toMatchObject({
    ...{ lives: 'random', inheritTenantOrderId: false, surprises: 0.5, reEmissions: 0.25 },
    ...{ webhookTimeoutMs: 50, webhookConnections: 2 },
  });
  expect(optionsOf('--lives', 'no-show')).toMatchObject({ lives: 'no-show' });
});

it.each([
  ['--lives', 'none'],
  ['--surprises', '2'],
  ['--re-emissions', '-1'],
  ['--webhook-connections', '0'],
])('refuses %s %s by name', (flag, value) => {
  expect(() => optionsOf(flag, value)).toThrow(UsageError);
});

it('refuses options that make no sense, by name', () => {
  expect(() => toSettings({ lives: 'none' as 'plain' })).toThrow(/lives.*none/);
  expect(() => toSettings({ surprises: 1.5 })).toThrow(/surprises/);
  expect(() => toSettings({ reEmissions: 1.5 })).toThrow(/reEmissions/);
});

it('leaves room before each version for a state that nobody has heard of', () => {
  const { events } = liveOrder({ life: 'split', kind: 'DELIVERY', options: { surprises: 0.1 } });
  const versions = new Map<string, number>();
  for (const { payload } of events) {
    const before = versions.get(payload.id) ?? -1;
    expect(payload.version).toBeGreaterThan(before + 1);
    versions.set(payload.id, payload.version);
  }
});
