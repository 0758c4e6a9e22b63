import { toOrderSnapshot } from '@pipeline/platform-commercetools';
import { beforeAll, describe, expect, test } from 'vitest';
import { openVendorApi, vendorApiPresent } from '../testing/vendorApi.ts';
import { explainOrder } from './explainOrder.ts';
import { defaultMappingConfig } from './mappingConfig.ts';
import { type GoldenOrder, goldenOrders, goldenRouting } from './testing/goldenOrders.ts';

const explained = ({ order, config = defaultMappingConfig, routing = {}, held = false }: GoldenOrder) =>
  explainOrder(toOrderSnapshot(order, { readAt: 0 }), {
    routing: { ...goldenRouting, ...routing },
    mapping: config,
    context: { projectKey: 'shop', held, tenantOrderId: null },
  });

test('there are orders of at least forty kinds, a part of which cannot be sent', () => {
  const all = Object.values(goldenOrders).map(explained);
  expect(all.length).toBeGreaterThanOrEqual(40);
  expect(all.filter(({ order }) => order === null).length).toBeGreaterThan(5);
});

describe('what an order becomes, why, and what is left out (`vitest -u` writes the golden files)', () => {
  test.each(Object.entries(goldenOrders))('%s', async (name, golden) => {
    const { order, problem, notes } = explained(golden);
    const lines = notes.map(({ kind, field, text }) => `${kind} ${field}: ${text}`);
    const result = problem === null ? { order, notes: lines } : { problem, notes: lines };
    await expect(`${JSON.stringify(result, null, 2)}\n`).toMatchFileSnapshot(`golden/${name}.golden`);
  });
});

describe('by the vendor’s own OpenAPI', () => {
  let violationsOf: ReturnType<typeof openVendorApi> = () => ['not opened'];

  beforeAll(() => {
    if (vendorApiPresent) violationsOf = openVendorApi();
  });

  test.each(Object.entries(goldenOrders))('%s is an order, unless it is refused by name', (_name, golden) => {
    const { order, problem } = explained(golden);
    if (order === null) expect(problem?.code).toMatch(/^(shipping-method|several-shipping|collect-facility|mapping)-/);
  });

  for (const [name, golden] of Object.entries(goldenOrders))
    test(`${name} fits`, (context) => {
      if (!vendorApiPresent) return context.skip('the vendor’s OpenAPI file is not beside this repository');
      const { order } = explained(golden);
      if (order === null) return context.skip('it is not sent');
      expect(violationsOf({ method: 'POST', target: '/api/orders', body: JSON.stringify(order) })).toEqual([]);
    });
});
