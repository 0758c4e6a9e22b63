import { statusPresets } from '@pipeline/fulfillment';
import {
  aHandoverJob,
  aLedgerEntry,
  aParcel,
  aPickJob,
  aPlacement,
  aPlatformStatus,
  aProviderOrder,
  aRoutingPlan,
  aState,
  NOON,
  ORDER_ID,
  PROCESS_ID,
  PROVIDER_ORDER_ID,
} from '@pipeline/fulfillment/testkit';
import type { LedgerEntry, OrderFulfillmentState, Placement, ProcessState } from '@pipeline/schemas';
import { describe, expect, it } from 'vitest';
import { aLetter } from '../testing/letters.ts';
import { aBehind, aHappening, aPlace, aStory } from '../testing/stories.ts';
import { toVerdict } from './command.ts';
import type { Story } from './story.ts';

const verdictOf = (story: Story, now = NOON + 1_000) => toVerdict(story, statusPresets.docs, now);

const entry = (over: Partial<Placement>): LedgerEntry => aLedgerEntry({ placements: [aPlacement(over)] });
const unplacedEntry = (over: Partial<Placement>): LedgerEntry =>
  entry({ providerOrderId: null, processId: null, placedAt: null, ...over });

const aProcess = (over: Partial<ProcessState> = {}): ProcessState => ({
  processId: PROCESS_ID,
  order: aProviderOrder(),
  routingPlans: [],
  pickJobs: [],
  handoverJobs: [],
  parcels: [],
  returns: [],
  refunds: [],
  gone: false,
  shipments: [],
  packJobs: [],
  ...over,
});

const placement = {
  providerOrderId: PROVIDER_ORDER_ID,
  processId: PROCESS_ID,
  tenantOrderId: '4711',
  collect: false,
  target: 'order',
};
const noFields = {
  pickJobId: null,
  shortId: null,
  facilityId: null,
  loadUnitsAmount: null,
  handoverJobId: null,
  parcels: null,
  jobs: null,
};

/** A placed order that commercetools shows as it should be, with this process. */
function inWork(
  process: Partial<ProcessState>,
  shown: string | null = null,
  over: Partial<OrderFulfillmentState> = {},
) {
  const lines = [{ articleId: 'sku-1', quantity: 1 }];
  const pick = process.pickJobs?.[0];
  const handover = process.handoverJobs?.[0];
  return aState({
    placement: { ...placement, attempt: 1, lines },
    processes: [aProcess(process)],
    platform: aPlatformStatus({ shipmentState: shown, customTypeId: 'type-1' }),
    written: {
      shipmentState: shown,
      ...noFields,
      providerOrderId: PROVIDER_ORDER_ID,
      pickJobId: pick?.id ?? null,
      shortId: pick?.shortId ?? null,
      facilityId: pick?.facilityId ?? null,
      handoverJobId: handover?.id ?? null,
    },
    ...over,
  });
}

const placedStory = (folded: OrderFulfillmentState, over: Partial<Story> = {}) =>
  aStory({ entry: entry({}), folded, ...over });

describe('an order with several targets', () => {
  const storyOf = (home: Partial<Placement>, work: Partial<Placement>) =>
    aStory({
      entry: aLedgerEntry({
        placements: [aPlacement({ target: 'home', ...home }), aPlacement({ target: 'work', ...work })],
      }),
    });

  it('waits for what the target waits for that a person has to look at, else for any other', () => {
    const locked = { lock: 'payment' } as const;
    expect(verdictOf(storyOf(locked, { status: 'rejected', reason: 'no such facility' }))).toMatchObject({
      on: 'person',
      waitsFor: expect.stringContaining('target work: a person: it was not placed'),
    });
    expect(verdictOf(storyOf({}, locked))).toMatchObject({
      on: 'machine',
      waitsFor: expect.stringContaining('target work: its payment'),
    });
  });
});

describe('an order in topics to which partitions were added', () => {
  const partitionsAdded = { topic: 'fulfillment.orders.v1', has: 24, had: 12, service: 'order-router' };

  it.each<[string, Parameters<typeof aStory>[0]]>([
    ['nothing', {}],
    ['only news of fulfillmenttools', { happenings: [aHappening('fulfillment.events.v1')] }],
    ['an entry', { entry: entry({}) }],
  ])('is not judged by %s that was found in the partition of its key', (_, found) => {
    expect(verdictOf(aStory({ ...found, partitionsAdded }))).toEqual({
      on: 'person',
      waitsFor: expect.stringMatching(/partitions-added.*has 24 partitions, and had 12 when order-router/),
      next: expect.stringMatching(/Do not place it by hand.*own-kafka\.md, "Another number of partitions"/),
    });
  });
});

describe('an order that the ledger does not know', () => {
  it('waits for a person when its message is parked, with the way out', () => {
    const letters = [aLetter({ service: 'ingest-ct', code: 'unreadable-order', key: ORDER_ID })];
    expect(verdictOf(aStory({ letters, behind: [aBehind('order-router')] }))).toMatchObject({
      on: 'person',
      waitsFor: expect.stringContaining('dead letter of ingest-ct, 3:17, unreadable-order'),
      next: expect.stringContaining(`--service ingest-ct --key ${ORDER_ID} --dry-run`),
    });
  });

  it('waits for order-router when that has not finished its message, and the reader hears how far it is', () => {
    expect(verdictOf(aStory({ behind: [aBehind('order-router'), aBehind('ingest-ct')] }))).toMatchObject({
      on: 'machine',
      waitsFor: expect.stringMatching(/^order-router: .*commerce\.orders\.v1 4:17 .*below offset 12/),
      next: expect.stringContaining('PLACEMENT=on'),
    });
    const never = aStory({ behind: [aBehind('order-router', { committed: null })] });
    expect(verdictOf(never).waitsFor).toContain('finished nothing');
  });

  it.each(['commercetools.notifications.v1', 'commerce.orders.v1'])(
    'waits for a confirmation after %s alone',
    (topic) => {
      expect(verdictOf(aStory({ happenings: [aHappening(topic)] })).waitsFor).toContain('a confirmation');
    },
  );

  it('is nobody’s of ours when only fulfillmenttools told of it', () => {
    const happenings = [aHappening('fulfillment.events.v1')];
    expect(verdictOf(aStory({ happenings }))).toMatchObject({
      on: 'person',
      next: expect.stringContaining('middleware'),
    });
  });
});

describe('an order on its way to fulfillmenttools', () => {
  it('is waited for while the outcome of an attempt may still be settled, and looked into after that', () => {
    const story = aStory({
      entry: unplacedEntry({ status: 'placing', attempt: 2 }),
      behind: [aBehind('order-router')],
    });
    expect(verdictOf(story, NOON + 30_000)).toMatchObject({
      on: 'machine',
      waitsFor: expect.stringContaining('attempt 2 was begun 30 s ago'),
      next: expect.stringContaining('Do not place it by hand'),
    });
    expect(verdictOf(story, NOON + 3_600_000).next).toContain('pipeline_breaker_state');
  });

  it('that was refused waits for a person, by its letter or without', () => {
    const rejected = unplacedEntry({ status: 'rejected', reason: 'no such facility' });
    const letters = [aLetter({ code: 'order-refused', key: ORDER_ID })];
    expect(verdictOf(aStory({ entry: rejected, letters })).next).toContain(`--key ${ORDER_ID}`);
    expect(verdictOf(aStory({ entry: rejected }))).toMatchObject({
      on: 'person',
      waitsFor: expect.stringContaining('no such facility'),
    });
  });

  it('waits for order-router again once it was redriven', () => {
    const letters = [aLetter({ code: 'order-refused', marks: [{}] })];
    const story = aStory({ entry: unplacedEntry({ status: 'rejected' }), letters, behind: [aBehind('order-router')] });
    expect(verdictOf(story)).toMatchObject({ on: 'machine', waitsFor: expect.stringMatching(/^order-router/) });
  });

  it('that cannot be mapped waits for a person, not for nothing', () => {
    const skipped = unplacedEntry({ status: 'skipped', reason: 'shipping-method-missing' });
    const letters = [aLetter({ code: 'shipping-method-missing', stage: 'map' })];
    expect(verdictOf(aStory({ entry: skipped, letters }))).toMatchObject({
      on: 'person',
      next: expect.stringContaining('UNKNOWN_SHIPPING_METHOD'),
    });
  });

  it.each([
    ['not-confirmed', 'machine', 'confirmation'],
    ['awaiting-payment', 'machine', 'payment'],
    ['before-activation', 'nothing', 'PLACE_CONFIRMED_SINCE'],
    ['late-confirmed', 'nothing', 'cancelled'],
    ['adopt-not-found', 'person', 'does not exist'],
    ['reconfirmed-after-cancel', 'person', 'confirmed again'],
    ['excluded:store', 'nothing', 'PLACEMENT_EXCLUDE_*'],
    ['something-new', 'nothing', 'something-new'],
    ['constructor', 'nothing', 'constructor'],
  ])('that was skipped as %s is up to %s', (reason, on, text) => {
    const verdict = verdictOf(aStory({ entry: unplacedEntry({ status: 'skipped', reason }) }));
    expect(verdict).toMatchObject({ on, waitsFor: expect.stringContaining(text) });
  });

  it.each([
    ['released', 'machine', 'stopped before it sent'],
    ['cancelling', 'machine', 'being cancelled'],
    ['cancelRefused', 'person', 'works on it already'],
    ['gone', 'nothing', 'deleted'],
  ] as const)('with status %s is up to %s', (status, on, text) => {
    expect(verdictOf(aStory({ entry: entry({ status }) }))).toMatchObject({
      on,
      waitsFor: expect.stringContaining(text),
    });
  });

  it.each([
    ['cancel', { status: 'cancelRefused' }],
    ['search', { status: 'placing' }],
    ['unlock', { lock: 'unlocking' }],
    ['change', { amendment: { status: 'amending', orderVersion: 6, parts: [] } }],
  ] as const)('whose %s was given up is up to a person, who sends its dead letter back', (_, over) => {
    const letters = [aLetter({ service: 'order-router', code: 'transient-exhausted', key: ORDER_ID })];
    expect(verdictOf(aStory({ entry: entry(over), letters }))).toMatchObject({
      on: 'person',
      waitsFor: expect.stringContaining('transient-exhausted'),
      next: expect.stringContaining('redrive'),
    });
  });

  it.each([
    ['payment', 'machine', 'payment'],
    ['routing', 'person', 'shipping method'],
    ['unlocking', 'machine', 'being unlocked'],
    ['unlockRefused', 'person', 'keeps its order'],
  ] as const)('that is placed with the lock %s is up to %s', (lock, on, text) => {
    expect(verdictOf(aStory({ entry: entry({ lock }) }))).toMatchObject({
      on,
      waitsFor: expect.stringContaining(text),
    });
  });

  it('that keeps personal data after an erasure waits for a person', () => {
    const erased = entry({ status: 'cancelled', erasure: 'erasureRefused' });
    expect(verdictOf(aStory({ entry: erased }))).toMatchObject({
      on: 'person',
      next: expect.stringContaining('Erase'),
    });
  });
});

describe('an order that is placed', () => {
  it('waits for the first news of fulfillmenttools', () => {
    expect(verdictOf(aStory({ entry: entry({}) })).waitsFor).toContain('told nothing about it yet');
  });

  it('waits for status-writer when that has not finished its message', () => {
    const story = placedStory(inWork({}), { behind: [aBehind('status-writer')] });
    expect(verdictOf(story)).toMatchObject({
      waitsFor: expect.stringMatching(/^status-writer/),
      next: expect.stringContaining('STATUS_WRITES=on'),
    });
  });

  it('waits for ingest-fft while notifications are held', () => {
    const held = [{ place: aPlace(), since: NOON - 60_000, event: 'PICK_JOB_CREATED' }];
    expect(verdictOf(placedStory(inWork({}), { held })).waitsFor).toContain(
      '1 of its notifications are held since 61 s',
    );
  });

  it('waits for a person when commercetools refuses a group; from the ledger only as an event', () => {
    const refused = [{ group: 'fields', value: '{}', code: 'InvalidField' }];
    const folded = inWork({}, null, { refused });
    const fromEvents = aLetter({
      service: 'status-writer',
      code: 'InvalidField',
      originTopic: 'p.fulfillment.events.v1',
    });
    const fromLedger = aLetter({
      service: 'status-writer',
      code: 'InvalidField',
      originTopic: 'p.fulfillment.orders.v1',
    });
    const verdict = verdictOf(placedStory(folded, { letters: [fromEvents] }));
    expect(verdict).toMatchObject({ on: 'person', waitsFor: expect.stringContaining('fields (InvalidField)') });
    expect(verdict.next).not.toContain('--as-event');
    expect(verdictOf(placedStory(folded, { letters: [fromLedger] })).next).toContain('--as-event');
  });

  it('waits for a person when news about it is parked, not when it was sent back or is older than the state', () => {
    const input = { service: 'ingest-fft', code: 'payload-incomplete', at: NOON + 500 } as const;
    expect(verdictOf(placedStory(inWork({}), { letters: [aLetter(input)] })).on).toBe('person');
    expect(verdictOf(placedStory(inWork({}), { letters: [aLetter({ ...input, marks: [{}] })] })).on).toBe('machine');
    expect(verdictOf(placedStory(inWork({}), { letters: [aLetter({ ...input, at: NOON - 1 })] })).on).toBe('machine');
  });

  it('waits for status-writer when commercetools does not show what it should', () => {
    const handoverJobs = [aHandoverJob({ status: 'OPEN' })];
    expect(verdictOf(placedStory(inWork({ handoverJobs }))).waitsFor).toContain('has not written ShipmentState Ready');
  });

  it.each([
    ['NOT_ROUTABLE', 'not-routable'],
    ['WAITING', 'waiting'],
  ] as const)('that is %s waits for a person', (status, alert) => {
    const routingPlans = [aRoutingPlan({ status })];
    expect(verdictOf(placedStory(inWork({ routingPlans })))).toMatchObject({
      on: 'person',
      waitsFor: `a person: ${alert}.`,
    });
  });

  it('waits for the store, then for its handover', () => {
    expect(verdictOf(placedStory(inWork({ pickJobs: [aPickJob({ status: 'IN_PROGRESS' })] }))).waitsFor).toBe(
      'the store: pick job pick-1 at facility facility-1 is IN_PROGRESS.',
    );
    const pickJobs = [aPickJob({ status: 'CLOSED', lines: [{ articleId: 'sku-1', quantity: 1, picked: 1 }] })];
    const handoverJobs = [aHandoverJob({ status: 'OPEN' })];
    expect(verdictOf(placedStory(inWork({ pickJobs, handoverJobs }, 'Ready'))).waitsFor).toMatch(
      /^its handover: job .* is OPEN/,
    );
  });

  it('that is handed over waits for the carrier where there is a parcel, else for nothing', () => {
    const lines = [{ articleId: 'sku-1', quantity: 1, handedOver: 1, refused: 0 }];
    const handoverJobs = [aHandoverJob({ status: 'HANDED_OVER', lines, parcelId: null, shipmentId: null })];
    const pickJobs = [aPickJob({ status: 'CLOSED', lines: [{ articleId: 'sku-1', quantity: 1, picked: 1 }] })];
    expect(verdictOf(placedStory(inWork({ pickJobs, handoverJobs }, 'Shipped'))).on).toBe('nothing');
    const parcels = [aParcel({ trackingStatus: 'in_transit' })];
    expect(verdictOf(placedStory(inWork({ pickJobs, handoverJobs, parcels }, 'Shipped'))).waitsFor).toMatch(
      /^the carrier/,
    );
    const delivered = [aParcel({ trackingStatus: 'delivered' })];
    expect(verdictOf(placedStory(inWork({ pickJobs, handoverJobs, parcels: delivered }, 'Delivered'))).waitsFor).toBe(
      'nothing: commercetools shows Delivered.',
    );
  });

  it('that was deleted or cancelled waits for nothing', () => {
    const gone = inWork({}, null, { platform: aPlatformStatus({ gone: true }) });
    expect(verdictOf(placedStory(gone)).on).toBe('nothing');
    const order = aProviderOrder({ status: 'CANCELLED', cancellation: 'CANCELLED' });
    expect(verdictOf(placedStory(inWork({ order }, 'Canceled'))).on).toBe('nothing');
  });
});
