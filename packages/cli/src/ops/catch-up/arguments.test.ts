import { expect, test } from 'vitest';
import { parseArguments } from '../arguments.ts';

const NOW = Date.parse('2026-11-22T12:00:00.000Z');
const parse = (text: string) => parseArguments(text.split(' '), NOW);

test('a time without an end is read up to a minute ago, from the messages, modestly', () => {
  expect(parse('catch-up commercetools --since 2h')).toEqual({
    command: 'catch-up',
    options: {
      from: 'messages',
      since: NOW - 7_200_000,
      until: NOW - 60_000,
      perSecond: 20,
      dryRun: false,
      json: false,
    },
  });
  const all = '--since 2026-11-20 --until 2026-11-21T10:00:00Z --from orders --rate 5/s --dry-run --json';
  expect(parse(`catch-up commercetools ${all}`)).toMatchObject({
    options: { from: 'orders', until: Date.parse('2026-11-21T10:00:00Z'), perSecond: 5, dryRun: true, json: true },
  });
});

test('orders are asked about each once, at fulfillmenttools', () => {
  expect(parse('catch-up fulfillmenttools 4711 A-1 4711 --dry-run')).toEqual({
    command: 'catch-up-orders',
    options: { ids: ['4711', 'A-1'], dryRun: true, json: false },
  });
});

test.each([
  ['catch-up', 'name of the vendor'],
  ['catch-up fulfillmenttools --since 2h', '--since'],
  ['catch-up fulfillmenttools', 'needs orders'],
  ['catch-up other --since 2h', 'name of the vendor'],
  ['catch-up commercetools', '--since'],
  ['catch-up commercetools --since 30s', '--since must be before'],
  ['catch-up commercetools --since 2h --until 3h', '--since must be before'],
  ['catch-up commercetools --since 2h --until 2026-11-23', 'future'],
  ['catch-up commercetools --since 2h --from invoices', '--from is messages or orders'],
  ['catch-up commercetools --since 2h --yes', '--yes'],
])('%s is refused and says why', (text, says) => {
  expect(() => parse(text)).toThrow(says);
});
