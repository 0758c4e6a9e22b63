import {
  aCommerceOrderEvent,
  aFulfillmentEvent,
  aLedgerEntry,
  aPickJob,
  aPlacement,
  aState,
  NOON,
  ORDER_ID,
} from '@pipeline/fulfillment/testkit';
import { statusPresets } from '@pipeline/fulfillment';
import { topics } from '@pipeline/schemas';
import { describe, expect, it, test } from 'vitest';
import type { LogMessage } from '../kafka/log.ts';
import { toJson, toPrintable } from '../output.ts';
import { createProgress } from '../progress.ts';
import { aLetter } from '../testing/letters.ts';
import { aHappening, aPlace, aStory } from '../testing/stories.ts';
import { toBehind } from './behind.ts';
import { toVerdict } from './command.ts';
import { describeStory } from './describe.ts';
import { describeEvent, describeOrderEvent, describePush, describeState, describeWebhook } from './happenings.ts';
import { originalKey, toHeld } from './held.ts';
import { describeNotKnown, toNotKnownReport } from './notKnown.ts';
import { findPartitionsAdded } from './partitionsAdded.ts';

const aMessage = (over: Partial<LogMessage> = {}): LogMessage => ({
  source: topics.fulfillmenttoolsPending,
  topic: 'shop.fulfillmenttools.pending.v1',
  partition: 1,
  offset: 5n,
  key: `process-1#17-${NOON}`,
  value: Buffer.from(JSON.stringify({ event: 'PICK_JOB_CREATED', eventId: 'e', payload: { id: 'p' } })),
  headers: { 'held.since': String(NOON) },
  timestamp: NOON,
  ...over,
});

describe('what happened, in a line', () => {
  const personal = 'Erika Mustermann, Lindenweg 1';
  const push = (fields: object) =>
    describePush({ value: Buffer.from(JSON.stringify({ notificationType: 'Message', ...fields })) });

  it('names the notification, and never what anybody can write into it', () => {
    expect(push({ type: 'OrderStateChanged', resourceVersion: 3 })).toBe('OrderStateChanged, order version 3');
    expect(push({ type: personal })).toBe('a notification without a proper name');
    expect(describePush({ value: Buffer.from(personal) })).toBe('something that is no notification');
    expect(describeWebhook({ value: null })).toBe('something that is no notification');
    const webhook = JSON.stringify({ event: personal, eventId: 'e', payload: {} });
    expect(describeWebhook({ value: Buffer.from(webhook) })).toBe('a notification without a proper name');
  });

  it('names the event, its cause and the state of its entity', () => {
    expect(describeOrderEvent(aCommerceOrderEvent())).toBe('OrderConfirmed (OrderStateChanged), order version 5');
    expect(describeEvent(aFulfillmentEvent({ pickJob: aPickJob(), cause: 'PICK_JOB_CREATED' }))).toBe(
      'PickJobChanged (PICK_JOB_CREATED): pick-1 is OPEN, version 1',
    );
    expect(describeEvent(aFulfillmentEvent({ cause: 'redrive' }))).toBe('Unknown (redrive)');
  });

  it('tells of a state only what is new in it', () => {
    const written = {
      shipmentState: 'Ready',
      providerOrderId: null,
      pickJobId: 'pick-1',
      shortId: null,
      facilityId: null,
      loadUnitsAmount: null,
      handoverJobId: null,
      parcels: null,
      jobs: null,
    };
    const ready = aState({ written });
    expect(describeState(ready, undefined)).toBe('wrote ShipmentState Ready, wrote pick job pick-1');
    expect(describeState({ ...ready, updatedAt: NOON + 1 }, ready)).toBeUndefined();
    const refused = [{ group: 'fields', value: '{}', code: 'InvalidField' }];
    expect(describeState({ ...ready, refused }, ready)).toBe('was refused the fields (InvalidField)');
    expect(describeState({ ...ready, refused }, { ...ready, refused })).toBeUndefined();
  });
});

describe('held notifications', () => {
  it('wait until a tombstone ends them', () => {
    const other = aMessage({ key: `process-1#18-${NOON}`, offset: 6n });
    const ended = aMessage({ value: null, headers: {}, offset: 7n });
    expect(toHeld([aMessage(), other]).map(({ event, since }) => [event, since])).toEqual([
      ['PICK_JOB_CREATED', NOON],
      ['PICK_JOB_CREATED', NOON],
    ]);
    expect(toHeld([aMessage(), other, ended]).map(({ place }) => place.offset)).toEqual([6n]);
  });

  it('are found by the key of the notification, also one with a # in it', () => {
    expect(originalKey(`order#7#17-${NOON}`)).toBe('order#7');
    expect(originalKey(null)).toBe('');
  });
});

describe('services that are behind', () => {
  const events = (offset: bigint): LogMessage => aMessage({ source: topics.fulfillmentEvents, offset });

  it('are those that have not committed past the latest message', async () => {
    const committed = (offset: bigint | undefined) => ({
      committed: () => Promise.resolve(new Map(offset === undefined ? [] : [[1, offset]])),
    });
    expect(await toBehind(committed(7n), [events(5n), events(6n)])).toEqual([]);
    expect(await toBehind(committed(6n), [events(5n), events(6n)])).toMatchObject([
      { service: 'status-writer', committed: 6n, place: { offset: 6n } },
    ]);
    expect(await toBehind(committed(undefined), [events(5n)])).toMatchObject([{ committed: null }]);
  });

  it('are not named where the commits may not be read', async () => {
    expect(await toBehind({ committed: () => Promise.resolve(undefined) }, [events(5n)])).toEqual([]);
  });
});

describe('partitions that were added', () => {
  const had = (counts: Readonly<Record<string, readonly number[]>>, has: (name: string) => number) => ({
    committedPartitionCounts: (service: string, { name }: { readonly name: string }) =>
      Promise.resolve(counts[`${service} ${name}`] ?? []),
    partitionCount: ({ name }: { readonly name: string }) => has(name),
  });
  const committed = { 'order-router commerce.orders.v1': [12] };

  it('are known when a group has committed with another number than a topic has', async () => {
    expect(await findPartitionsAdded(had(committed, () => 24))).toEqual({
      topic: 'fulfillment.orders.v1',
      ...{ has: 24, had: 12, service: 'order-router' },
    });
    const onlyStates = had(committed, (name) => (name === 'fulfillment.states.v1' ? 24 : 12));
    expect(await findPartitionsAdded(onlyStates)).toMatchObject({ topic: 'fulfillment.states.v1', has: 24 });
    const byLedger = had({ 'status-writer fulfillment.orders.v1': [12, 24] }, () => 24);
    expect(await findPartitionsAdded(byLedger)).toMatchObject({ had: 12, service: 'status-writer' });
  });

  it('are none where the number is the same, is not said, or the topic is not there', async () => {
    expect(await findPartitionsAdded(had(committed, () => 12))).toBeNull();
    expect(await findPartitionsAdded(had({}, () => 24))).toBeNull();
    expect(await findPartitionsAdded(had(committed, (name) => (name === 'fulfillment.states.v1' ? 0 : 12)))).toBeNull();
  });

  const added = { topic: 'fulfillment.orders.v1', has: 24, had: 12, service: 'order-router' };

  it('keep the text of an order from saying that nothing is on record', () => {
    const story = aStory({ partitionsAdded: added });
    const verdict = toVerdict(story, statusPresets.docs, NOON);
    const text = describeStory(story, { verdict, desired: undefined, most: 30 }).join('\n');
    expect(text).toContain('Waits for a person: partitions-added.');
    expect(text).not.toContain('knows nothing of it');
    expect(text).not.toContain('nothing was folded');
  });

  it('are said of an order of which nothing was found, in the place of what else that may mean', () => {
    expect(describeNotKnown('SHOP-1', added)).toMatch(/SHOP-1.*\n.*partitions-added.*\n.*Do not place it by hand/);
    expect(describeNotKnown('SHOP-1', added)).not.toContain('never reached');
    expect(describeNotKnown('SHOP-1', null)).toContain('Nothing is known of SHOP-1. What that may mean');
  });
});

test('an order that is not known is a JSON object, too', () => {
  expect(JSON.parse(toJson(toNotKnownReport('SHOP-1', null)))).toEqual({
    ...{ found: false, id: 'SHOP-1', orderId: null, orderNumber: null },
    ...{ verdict: null, ledger: null, state: null, partitionsAdded: null },
  });
  const added = { topic: 'fulfillment.orders.v1', has: 24, had: 12, service: 'order-router' };
  expect(toNotKnownReport('SHOP-1', added)).toMatchObject({ verdict: { on: 'person' }, partitionsAdded: added });
});

test('the text of an order begins with the answer, and leaves out the oldest of much', () => {
  const happenings = Array.from({ length: 40 }, (_, index) =>
    aHappening('commerce.orders.v1', { what: `happening ${index}`, place: aPlace({ at: NOON + index }) }),
  );
  const entry = aLedgerEntry({
    placements: [aPlacement({ status: 'rejected', reason: 'no stock', providerOrderId: null })],
  });
  const story = aStory({ entry, happenings, letters: [aLetter({ marks: [{}] })] });
  const verdict = toVerdict(story, statusPresets.docs, NOON);

  const lines = describeStory(story, { verdict, desired: undefined, most: 30 });

  expect(lines[0]).toBe(`Order 4711, commercetools id ${ORDER_ID}`);
  expect(lines[2]).toMatch(/^Waits for a person: .*no stock/);
  expect(lines[3]).toMatch(/^Next step: /);
  const text = lines.join('\n');
  expect(text).toContain('rejected, order version 5');
  expect(text).toMatch(/Dead letter +order-router 3:17 {2}order-refused, .*, sent back 2026-01-15/);
  expect(text).toContain('10 earlier ones are left out');
  expect(text).not.toContain('happening 9 ');
  expect(text).toContain('happening 10 ');
});

test('JSON holds offsets as text', () => {
  expect(JSON.parse(toJson({ offset: 9_007_199_254_740_993n }))).toEqual({ offset: '9007199254740993' });
});

test('progress is silent at first, then speaks now and then', () => {
  let now = 0;
  const said: string[] = [];
  const tell = createProgress(
    (line) => said.push(line),
    () => now,
  );
  for (now = 0; now < 10_000; now += 500) tell({ read: now, total: 20_000 });
  expect(said).toEqual([
    '… read 2000 of at most 20000 records',
    '… read 5000 of at most 20000 records',
    '… read 8000 of at most 20000 records',
  ]);
});

test('what comes from outside does not steer the terminal', () => {
  expect(toPrintable('a\u001b[2Jb\u009bc\u202Ed\te\nf ×')).toBe('a\uFFFD[2Jb\uFFFDc\uFFFDd\te\nf ×');
});
