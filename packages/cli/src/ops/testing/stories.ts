import { ORDER_ID } from '@pipeline/fulfillment/testkit';
import type { LedgerEntry, OrderFulfillmentState } from '@pipeline/schemas';
import type { Behind, Happening, Place, Story } from '../order/story.ts';

export const aPlace = (over: Partial<Place> = {}): Place => ({
  topic: 'fulfillment.orders.v1',
  partition: 4,
  offset: 17n,
  at: 1_768_471_200_000,
  ...over,
});

interface StoryInput extends Partial<Omit<Story, 'ledger' | 'state'>> {
  readonly entry?: LedgerEntry;
  readonly folded?: OrderFulfillmentState;
}

export const aStory = ({ entry, folded, ...over }: StoryInput = {}): Story => ({
  orderId: ORDER_ID,
  ledger: entry ? { place: aPlace(), value: entry } : null,
  state: folded ? { place: aPlace({ topic: 'fulfillment.states.v1' }), value: folded } : null,
  links: [],
  letters: [],
  held: [],
  happenings: [],
  behind: [],
  partitionsAdded: null,
  since: 1_768_000_000_000,
  ...over,
});

export const aHappening = (topic: string, over: Partial<Happening> = {}): Happening => ({
  place: aPlace({ topic }),
  who: 'commercetools',
  what: 'OrderCreated',
  ...over,
});

export const aBehind = (service: string, over: Partial<Behind> = {}): Behind => ({
  service,
  place: aPlace({ topic: 'commerce.orders.v1' }),
  committed: 12n,
  ...over,
});
