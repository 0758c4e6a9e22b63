import { expect, test } from 'vitest';
import { pageOf, toCreatedAt, toOrderId, toOrderNumber, toOrderText } from './orders.ts';

test('pages by keyset lead through all listed orders, each once, in the order of their ids', () => {
  const seen: string[] = [];
  for (let where = 'createdAt >= "x"'; ; ) {
    const page = pageOf(where, { limit: 4, count: 10 }).map((index) => toOrderId('listed', index));
    if (page.length === 0) break;
    seen.push(...page);
    const last = page.at(-1) ?? '';
    where = `(createdAt > "${toCreatedAt(last)}" or (createdAt = "${toCreatedAt(last)}" and id > "${last}"))`;
  }
  expect(seen).toEqual(Array.from({ length: 10 }, (_, index) => toOrderId('listed', index)));
  expect([...seen].sort()).toEqual(seen);
});

test('an order says by its number whether it is live', () => {
  expect(toOrderNumber(toOrderId('live', 300))).toBe('live-300');
  expect(JSON.parse(toOrderText(toOrderId('listed', 300)))).toMatchObject({ orderNumber: 'listed-300' });
});
