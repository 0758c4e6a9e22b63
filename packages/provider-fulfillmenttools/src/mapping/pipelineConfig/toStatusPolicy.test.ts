import { statusPresets } from '@pipeline/fulfillment';
import { expect, test } from 'vitest';
import { type StatusSettings, toStatusPolicy } from './toStatusPolicy.ts';

const platform = { trackingLinks: false, syncChannelId: null, parcelsField: false, jobsField: true };
const settings = (over: Partial<StatusSettings> = {}): StatusSettings => ({
  STATUS_PRESET: 'docs',
  STATUS_UNROUTABLE: 'none',
  STATUS_SHORTFALL: 'settled',
  STATUS_REVERTED_DELIVERY: 'leave',
  ...over,
});

test('without a file the settings count, and where they say nothing the preset', () => {
  const given = settings({ STATUS_PRESET: 'connector', STATUS_READY: 'all' });
  const policy = { ...statusPresets.connector, ready: 'all' };
  expect(toStatusPolicy({}, given)).toEqual(policy);
  expect(toStatusPolicy({}, given, platform)).toEqual({ ...policy, ...platform });
});

test('what the file says goes before the settings, one by one', () => {
  const given = settings({ STATUS_READY: 'all', STATUS_CANCELLED: 'none', STATUS_SHORTFALL: 'settled' });
  const status = { preset: 'connector', cancelled: 'Canceled', shortfall: 'open', parts: [] } as const;
  expect(toStatusPolicy({ status }, given, platform)).toEqual({
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
  expect(toStatusPolicy({ status: { [name]: ofFile } }, given)).toHaveProperty(name, ofFile);
  expect(toStatusPolicy({}, given)).toHaveProperty(name, ofSetting);
});
