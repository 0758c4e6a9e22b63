import { statusPresets } from '@pipeline/fulfillment';
import { expect, test } from 'vitest';
import type { Settings } from './config.ts';
import { toStatusPolicy } from './policy.ts';

const platform = { trackingLinks: false, syncChannelId: null, parcelsField: false, jobsField: true };
const settings = (over: Partial<Settings> = {}) =>
  ({
    STATUS_PRESET: 'docs',
    STATUS_UNROUTABLE: 'none',
    STATUS_SHORTFALL: 'settled',
    STATUS_REVERTED_DELIVERY: 'leave',
    ...over,
  }) as Settings;

test('without a file the settings count, and where they say nothing the preset', () => {
  const policy = toStatusPolicy(settings({ STATUS_PRESET: 'connector', STATUS_READY: 'all' }), {}, platform);
  expect(policy).toEqual({ ...statusPresets.connector, ready: 'all', ...platform });
});

test('what the file says goes before the settings, one by one', () => {
  const given = settings({ STATUS_READY: 'all', STATUS_CANCELLED: 'none', STATUS_SHORTFALL: 'settled' });
  const file = { preset: 'connector', cancelled: 'Canceled', shortfall: 'open', parts: [] } as const;
  expect(toStatusPolicy(given, file, platform)).toEqual({
    ...statusPresets.connector,
    cancelled: 'Canceled',
    ready: 'all',
    shortfall: 'open',
    parts: [],
    ...platform,
  });
});

test.each([
  ['cancelled', 'STATUS_CANCELLED', 'Canceled', 'none'],
  ['notCollected', 'STATUS_NOT_COLLECTED', 'Canceled', 'none'],
  ['collectHandedOver', 'STATUS_COLLECT_HANDED_OVER', 'Shipped', 'Delivered'],
  ['partlyHandedOver', 'STATUS_PARTLY_HANDED_OVER', 'Shipped', 'Partial'],
  ['parcelDelivered', 'STATUS_PARCEL_DELIVERED', 'none', 'Delivered'],
  ['ready', 'STATUS_READY', 'all', 'first'],
  ['unroutable', 'STATUS_UNROUTABLE', 'Delayed', 'Backorder'],
  ['shortfall', 'STATUS_SHORTFALL', 'open', 'settled'],
  ['parts', 'STATUS_PARTS', ['state'], ['fields']],
  ['revertedDelivery', 'STATUS_REVERTED_DELIVERY', 'remove', 'leave'],
] as const)('%s of the file goes before %s', (name, setting, ofFile, ofSetting) => {
  const given = settings({ [setting]: ofSetting });
  expect(toStatusPolicy(given, { [name]: ofFile }, platform)).toHaveProperty(name, ofFile);
  expect(toStatusPolicy(given, {}, platform)).toHaveProperty(name, ofSetting);
});
