import { topics } from '@pipeline/schemas';
import { expect, it } from 'vitest';
import { aHistory, atProvider, ledger, placement, recordsIn } from '../checker/testing/aHistory.ts';
import { countFigures, describeOrder, type EndedOrder, findIdleness, findViolations, isClean } from './verdict.ts';

const ended: EndedOrder = { id: 'order-1', life: 'plain', ended: true, differs: undefined };
const judge = (more: Parameters<typeof aHistory>[0], orders = [ended]) => {
  const history = aHistory(more);
  return countFigures(history, orders, findViolations(history, orders));
};

it('a run that went well has no figure but its orders', () => {
  expect(judge({})).toEqual({ orders: 1, ended: 1, lost: 0, duplicates: 0, regressions: 0, violations: 0 });
});

it('tells lost ones, duplicates and regressions apart', () => {
  expect(judge({ providerOrders: [] })).toMatchObject({ lost: 1, duplicates: 0, violations: 1 });
  const twice = [atProvider('order-1', 'a'), atProvider('order-1', 'b')];
  expect(judge({ providerOrders: twice })).toMatchObject({ lost: 0, duplicates: 1, violations: 1 });
  const records = ledger(placement('placed'), placement('placing'));
  expect(judge({ records })).toMatchObject({ lost: 0, duplicates: 0, regressions: 1, violations: 1 });
});

it('an order that is not as its life says, or has not ended, is a violation', () => {
  const differs = { expected: null, got: { shipmentState: 'Ready' } };
  const open = { ...ended, ended: false, differs };
  expect(judge({}, [open])).toMatchObject({ ended: 0, violations: 1 });
  expect(findViolations(aHistory({}), [open])).toEqual([
    { invariant: 'I4', order: 'order-1', expected: 'an end', found: '{"shipmentState":"Ready"}' },
  ]);
});

it('a minute or more in which nobody was killed, or no delivery compared, is not clean and says which', () => {
  const done = { kills: 1, deliveries: 1 };
  const judged = [done, { ...done, kills: 0 }, { ...done, deliveries: 0 }, { kills: 0, deliveries: 0 }].map((work) =>
    findIdleness(60_000, work),
  );
  expect(judged).toEqual([
    null,
    'too little was done: kills 0, at least 1',
    'too little was done: deliveries 0, at least 1',
    'too little was done: kills 0, at least 1; deliveries 0, at least 1',
  ]);
  expect(judged.map((problem) => isClean([], problem))).toEqual([true, false, false, false]);
  expect(findIdleness(59_999, { kills: 0, deliveries: 0 })).toBeNull();
});

it('a violation is not clean, however much was done', () => {
  expect(isClean(findViolations(aHistory({ providerOrders: [] }), [ended]), null)).toBe(false);
});

it('says where an order stands', () => {
  const records = {
    ...recordsIn(topics.commerceOrders, [{ offset: 4n }]),
    ...ledger(placement('placing'), placement('placed', { providerOrderId: 'fft-1' }), { key: 'order-2' }),
    ...recordsIn(topics.fulfillmentLinks, [{ key: 'process-1', value: { orderId: 'order-1' } }]),
  };
  expect(describeOrder({ records }, 'order-1')).toBe(
    'ledger placed, attempt 1, fft-1; 0 processes in the state; ' +
      'last in commerce.orders.v1/0/4, fulfillment.orders.v1/0/1, fulfillment.links.v1/0/0',
  );
  expect(describeOrder({ records }, 'order-3')).toBe('ledger nothing; 0 processes in the state; last in no topic');
});
