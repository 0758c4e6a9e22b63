import type { Channel } from '@commercetools/platform-sdk';

/** The least that a channel of commercetools has, with what the test changes. */
export const aChannel = (changes: Partial<Channel> = {}): Channel => ({
  id: 'channel-1',
  version: 3,
  createdAt: '2026-11-20T09:14:03.512Z',
  lastModifiedAt: '2026-11-20T09:15:40.018Z',
  key: 'store-berlin',
  roles: ['InventorySupply'],
  ...changes,
});
