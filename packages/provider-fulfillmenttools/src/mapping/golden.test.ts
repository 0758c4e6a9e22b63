import { readFileSync } from 'node:fs';
import { partsOf, routingReasons, toFulfillmentRequest } from '@pipeline/fulfillment';
import { toOrderSnapshot } from '@pipeline/platform-commercetools';
import { beforeAll, describe, expect, test } from 'vitest';
import { openVendorApi, vendorApiPresent } from '../testing/vendorApi.ts';
import { explainOrder } from './explainOrder.ts';
import { defaultMappingConfig } from './mappingConfig.ts';
import { type MappingNote, type WarningCode, warningCodes } from './notes.ts';
import { type GoldenOrder, goldenOrders, goldenRouting } from './testing/goldenOrders.ts';
import { toOrderForCreation } from './toOrderForCreation.ts';

/** One for each order that it becomes. */
const toExplaining = ({ order, config = defaultMappingConfig, routing = {}, held = false }: GoldenOrder) =>
  partsOf(toOrderSnapshot(order, { readAt: 0 })).map((part) => ({
    target: part.target,
    order: part.order,
    routing: { ...goldenRouting, ...routing },
    mapping: config,
    context: { projectKey: 'shop', held, tenantOrderId: part.target === null ? null : part.tenantOrderId },
  }));
const explained = (golden: GoldenOrder) =>
  toExplaining(golden).map(({ target, order, ...explaining }) => ({ target, ...explainOrder(order, explaining) }));
const codesOf = (notes: readonly MappingNote[]) =>
  notes.flatMap((each) => (each.kind === 'warning' ? [each.code] : []));

test('there are orders of at least forty kinds, a part of which cannot be sent', () => {
  const all = Object.values(goldenOrders).flatMap(explained);
  expect(all.length).toBeGreaterThanOrEqual(40);
  expect(all.filter(({ order }) => order === null).length).toBeGreaterThan(5);
});

describe('what an order becomes, why, and what is left out (`vitest -u` writes the golden files)', () => {
  test.each(Object.entries(goldenOrders))('%s', async (name, golden) => {
    const results = explained(golden).map(({ target, order, problem, notes }) => {
      const lines = notes.map(({ kind, field, text }) => `${kind} ${field}: ${text}`);
      const result = problem === null ? { order, notes: lines } : { problem, notes: lines };
      return target === null ? result : { target, ...result };
    });
    const [only] = results;
    const shown = results.length === 1 ? only : { targets: results };
    await expect(`${JSON.stringify(shown, null, 2)}\n`).toMatchFileSnapshot(`golden/${name}.golden`);
  });
});

describe('what is left out', () => {
  test.each(Object.entries(goldenOrders))('of %s is told by the same kinds when it is placed', (_name, golden) => {
    for (const { order, routing, mapping, context } of toExplaining(golden)) {
      const routed = toFulfillmentRequest(order, routing, context);
      const { order: body, notes } = explainOrder(order, { routing, mapping, context });
      if (body === null || 'problem' in routed) continue;
      const placed: WarningCode[] = [...routed.warnings];
      toOrderForCreation(routed.request, { config: mapping, note: (note) => placed.push(...codesOf([note])) });
      expect(new Set(placed)).toEqual(new Set(codesOf(notes)));
    }
  });

  test('is of a closed list, every entry of which and every reason of the routing the reference explains', () => {
    const page = readFileSync(new URL('../../../../docs/reference/mapping.md', import.meta.url), 'utf8');
    for (const code of [...warningCodes, ...routingReasons]) expect(page).toContain(`\`${code}\``);
  });
});

describe('by the vendor’s own OpenAPI', () => {
  let violationsOf: ReturnType<typeof openVendorApi> = () => ['not opened'];

  beforeAll(() => {
    if (vendorApiPresent) violationsOf = openVendorApi();
  });

  test.each(Object.entries(goldenOrders))('%s is an order, unless it is refused by name', (_name, golden) => {
    for (const { order, problem } of explained(golden))
      if (order === null)
        expect(problem?.code).toMatch(/^(shipping-method|several-shipping|collect-facility|mapping)-/);
  });

  for (const [name, golden] of Object.entries(goldenOrders))
    test(`${name} fits`, (context) => {
      if (!vendorApiPresent) return context.skip('the vendor’s OpenAPI file is not beside this repository');
      const orders = explained(golden).flatMap(({ order }) => order ?? []);
      if (orders.length === 0) return context.skip('it is not sent');
      for (const order of orders)
        expect(violationsOf({ method: 'POST', target: '/api/orders', body: JSON.stringify(order) })).toEqual([]);
    });
});
