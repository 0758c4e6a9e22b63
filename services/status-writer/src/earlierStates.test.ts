import { evolve } from '@pipeline/fulfillment';
import { aFulfillmentEvent, aHandoverJob } from '@pipeline/fulfillment/testkit';
import type { OrderFulfillmentState } from '@pipeline/schemas';
import type { Message } from '@pipeline/streams';
import { expect, it } from 'vitest';
import { earlierStates } from './earlierStates.ts';
import type { StatusInput } from './handlers/writeStatus.ts';
import { placed, ready } from './testing/inputs.ts';

const parts = { lines: [], shippingKeys: [], deliveries: [], returns: [], syncInfo: [] };
/** What was seen of the platform is not on record. */
const doubted: OrderFulfillmentState = [placed, ready].reduce(evolve, undefined) ?? expect.fail();
const before: OrderFulfillmentState = {
  ...doubted,
  platform: { version: 1, shipmentState: 'Ready', customTypeId: null, gone: false, parts },
};
const jobs = ({ processes }: OrderFulfillmentState): number => processes[0]?.handoverJobs.length ?? 0;
const news = (count: number): Message<StatusInput>[] =>
  Array.from({ length: count }, (_, index) => ({
    value: aFulfillmentEvent({ handoverJob: aHandoverJob({ id: `later-${index}`, version: 2 }) }),
  })) as Message<StatusInput>[];

it('tells what was there with each message but the last, the latest of them among those that are looked at', () => {
  expect(earlierStates(before, news(1), before)).toEqual([]);
  const all = earlierStates(before, news(4), before).map(jobs);
  expect(all).toEqual([2, 3, 4]);
  const some = earlierStates(before, news(40), before);
  expect(some.length).toBeLessThanOrEqual(16);
  expect(some.map(jobs).at(-1)).toBe(40);
});

it('begins with what is on record where that may have been tried, however many others there are', () => {
  for (const count of [1, 2, 16, 17, 18, 19, 40])
    expect(earlierStates(doubted, news(count), before)[0], `${count} messages`).toBe(doubted);
});
