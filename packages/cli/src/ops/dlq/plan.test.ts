import { deadLetterTopics, shadowTopics, topics } from '@pipeline/schemas';
import { partitionOf } from '@pipeline/streams';
import { describe, expect, it } from 'vitest';
import { aLetter, LETTER_AT, type LetterInput } from '../testing/letters.ts';
import { describeNoneChosen, describePlan } from './describe.ts';
import type { Letter, LetterFilter, ServiceName } from './letters.ts';
import { originTopics, type PlanInput, planRedrive } from './plan.ts';

const PREFIX = 'shop.';
const at = (name: string): string => `${PREFIX}${name}`;

const plan = (letters: readonly Letter[], over: Partial<PlanInput> = {}) =>
  planRedrive({
    letters,
    filter: {},
    maxReplays: 3,
    again: false,
    asEvent: false,
    prefix: PREFIX,
    partitions: new Map(originTopics.map(({ name }) => [at(name), 12])),
    partitionsAdded: false,
    ...over,
  });

const anOrderLetter = (input: LetterInput = {}) => aLetter({ originTopic: at('commerce.orders.v1'), ...input });
const aLedgerLetter = (input: LetterInput = {}) =>
  aLetter({ service: 'status-writer', originTopic: at(topics.fulfillmentOrders.name), code: 'InvalidField', ...input });
const reasons = (letters: readonly Letter[], over: Partial<PlanInput> = {}) =>
  plan(letters, over).refused.map(({ reason }) => reason);

describe('planRedrive', () => {
  it('sends a letter to the topic and partition that it came from, not to where its key would go', () => {
    const letter = anOrderLetter({ partition: 3, originPartition: 9 });
    expect(plan([letter]).send).toEqual([
      {
        letter,
        also: [],
        topic: 'shop.commerce.orders.v1',
        partition: 9,
        redriveId: `order-router-3-17-${LETTER_AT}-1`,
        asEvent: false,
      },
    ]);
  });

  it('sends what lay in a wrong partition to that of its key', () => {
    const letter = anOrderLetter({ code: 'wrong-partition', originPartition: 9, key: 'order-1' });
    const own = partitionOf('order-1', 12);
    expect(own).not.toBe(9);
    expect(plan([letter]).send.map(({ partition }) => partition)).toEqual([own]);
  });

  it('sends nothing of a wrong partition where partitions were added, whatever else is asked', () => {
    const letter = anOrderLetter({ code: 'wrong-partition', originPartition: 9, key: 'order-1' });
    const over = { partitionsAdded: true, again: true, filter: { code: 'wrong-partition' } };
    expect([plan([letter], over).send, reasons([letter], over)]).toEqual([[], ['partitions-added']]);
    expect(reasons([anOrderLetter()], { partitionsAdded: true })).toEqual([]);
  });

  it('sends only what the filter chooses', () => {
    const letters = [
      anOrderLetter({ code: 'defect', offset: 1n }),
      anOrderLetter({ code: 'order-refused', offset: 2n }),
    ];
    expect(plan(letters, { filter: { code: 'defect' } }).send.map(({ letter }) => letter.offset)).toEqual([1n]);
    expect(plan(letters, { filter: { code: 'defect' } }).refused).toEqual([]);
  });

  it('leaves out what was sent before, and gives it a new id when asked to send it again', () => {
    const letter = aLetter({ originTopic: at('commerce.orders.v1'), marks: [{}, {}] });
    expect(reasons([letter])).toEqual(['sent-back-before']);
    expect(plan([letter], { again: true }).send[0]?.redriveId).toBe(`order-router-3-17-${LETTER_AT}-3`);
  });

  it('ends a loop, also when asked for again', () => {
    expect(plan([anOrderLetter({ replayCount: 2 })]).send).toHaveLength(1);
    expect(reasons([anOrderLetter({ replayCount: 3 })], { again: true })).toEqual(['too-often']);
    expect(plan([anOrderLetter({ replayCount: 3 })], { maxReplays: 4 }).send).toHaveLength(1);
  });

  it.each([
    topics.fulfillmentOrders,
    topics.fulfillmentStates,
    topics.fulfillmentLinks,
    topics.fulfillmenttoolsPending,
  ])('never sends anything to the state topic $name', ({ name }) => {
    const letter = aLetter({ service: 'ingest-fft', originTopic: at(name) });
    expect(reasons([letter])).toEqual(['state']);
    expect(reasons([letter], { again: true, asEvent: true, maxReplays: 99 })).toEqual(['state']);
  });

  it.each([
    'commerce.orders.v1',
    'other.commerce.orders.v1',
    'shop.unheard-of',
    at(deadLetterTopics['order-router'].name),
    at(shadowTopics['order-router'].name),
  ])('sends nothing to %s, which is no origin of this deployment', (originTopic) => {
    expect(reasons([aLetter({ originTopic })])).toEqual(['unknown-origin']);
  });

  it('sends nothing to a partition that does not exist', () => {
    expect(reasons([anOrderLetter({ originPartition: 12 })])).toEqual(['unknown-origin']);
    expect(reasons([anOrderLetter()], { partitions: new Map() })).toEqual(['unknown-origin']);
  });

  it('leaves out what nothing cures, unless it is asked for by name', () => {
    const letter = anOrderLetter({ code: 'malformed-notification' });
    expect(reasons([letter])).toEqual(['pointless']);
    expect(plan([letter], { filter: { code: 'malformed-notification' } }).send).toHaveLength(1);
    expect(plan([letter], { filter: { position: '3:17' } }).send).toHaveLength(1);
  });

  it('sends one empty event for all letters of an order that came from the ledger, when asked to', () => {
    const letters = [
      aLedgerLetter({ offset: 1n }),
      aLedgerLetter({ offset: 2n }),
      aLedgerLetter({ offset: 3n, key: 'order-2' }),
    ];
    expect(reasons(letters)).toEqual(['state', 'state', 'state']);
    const { send, refused } = plan(letters, { asEvent: true });
    expect(refused).toEqual([]);
    expect(send.map(({ letter, also, topic, asEvent }) => [letter.offset, also.length, topic, asEvent])).toEqual([
      [1n, 1, 'shop.fulfillment.events.v1', true],
      [3n, 0, 'shop.fulfillment.events.v1', true],
    ]);
  });

  it('sends no event for what the state does not know, nor past the loop cap', () => {
    const asEvent = true;
    expect(reasons([aLedgerLetter({ code: 'undecodable', stage: 'deserialize' })], { asEvent })).toEqual(['state']);
    expect(reasons([aLedgerLetter({ code: 'provider-refused' })], { asEvent })).toEqual(['state']);
    expect(reasons([aLedgerLetter({ replayCount: 3 })], { asEvent })).toEqual(['too-often']);
    expect(reasons([aLedgerLetter({ code: 'transient-exhausted' })], { asEvent })).toEqual([]);
  });
});

describe('describePlan', () => {
  it('says where to, what not, and what to do instead', () => {
    const text = describePlan(plan([anOrderLetter(), aLedgerLetter(), anOrderLetter({ replayCount: 3 })]), 3).join(
      '\n',
    );
    expect(text).toContain('1 letter to shop.commerce.orders.v1:');
    expect(text).toContain('3:17  order-refused  key order-1 → partition 3');
    expect(text).toContain('--as-event');
    expect(text).toContain('came back 3 times or more');
  });

  it('does not list hundreds', () => {
    const many = Array.from({ length: 300 }, (_, index) => anOrderLetter({ offset: BigInt(index) }));
    const lines = describePlan(plan(many), 3);
    expect(lines).toHaveLength(12);
    expect(lines.at(-1)).toContain('290 more');
  });
});

describe('describeNoneChosen', () => {
  const letters = [
    anOrderLetter({ code: 'defect', offset: 1n }),
    anOrderLetter({ code: 'defect', offset: 2n }),
    anOrderLetter({ code: 'order-refused', offset: 3n }),
    aLetter({ originTopic: at('commerce.orders.v1'), code: 'mapping-invalid', offset: 4n, marks: [{}] }),
  ];
  const told = (filter: LetterFilter, given: readonly Letter[] = letters, service: ServiceName = 'order-router') =>
    describeNoneChosen(plan(given, { filter }), service, filter);

  it('names the codes of the letters that are open', () => {
    expect(told({ code: 'nope' })).toEqual([
      'No letter of order-router has the code nope. Open are, by code: defect (2), order-refused (1).',
    ]);
    expect(told({ code: 'nope', since: LETTER_AT })[0]).toMatch(
      /^No letter of order-router since \d{4}-.* has the code/,
    );
    expect(told({ code: 'nope', position: '3:1' }, letters.slice(3))).toEqual([
      'No letter of order-router has the code nope and the position 3:1. All others were sent back.',
    ]);
  });

  it('says that a number is no key where letters are keyed by the order', () => {
    const [, hint] = told({ key: '4711' });
    expect(hint).toContain('npm run ops -- order 4711 shows the id');
    expect(told({ key: '0b7c2f0e-5a4e-4a53-9d0a-0a52f4e3c0aa' })).toHaveLength(1);
    expect(told({ key: '4711' }, letters, 'ingest-fft')).toHaveLength(1);
  });

  it('is silent where something is chosen, also when that is not sent, and where there is nothing', () => {
    expect(told({ code: 'defect' })).toEqual([]);
    expect(told({ code: 'mapping-invalid' })).toEqual([]);
    expect(told({ code: 'nope' }, [])).toEqual([]);
  });
});
