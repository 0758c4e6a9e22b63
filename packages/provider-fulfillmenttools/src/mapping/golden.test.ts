import { readFileSync } from 'node:fs';
import { routingReasons, toFulfillmentRequest } from '@pipeline/fulfillment';
import { toOrderSnapshot } from '@pipeline/platform-commercetools';
import { beforeAll, describe, expect, test } from 'vitest';
import { openVendorApi, vendorApiPresent } from '../testing/vendorApi.ts';
import { explainOrder } from './explainOrder.ts';
import { defaultMappingConfig } from './mappingConfig.ts';
import { type MappingNote, type WarningCode, warningCodes } from './notes.ts';
import { type GoldenOrder, goldenOrders, goldenRouting } from './testing/goldenOrders.ts';
import { toOrderForCreation } from './toOrderForCreation.ts';

const toExplaining = ({ order, config = defaultMappingConfig, routing = {}, held = false }: GoldenOrder) => ({
  order: toOrderSnapshot(order, { readAt: 0 }),
  routing: { ...goldenRouting, ...routing },
  mapping: config,
  context: { projectKey: 'shop', held, tenantOrderId: null },
});
const explained = (golden: GoldenOrder) => {
  const { order, ...explaining } = toExplaining(golden);
  return explainOrder(order, explaining);
};
const codesOf = (notes: readonly MappingNote[]) =>
  notes.flatMap((each) => (each.kind === 'warning' ? [each.code] : []));

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

describe('what is left out', () => {
  test.each(Object.entries(goldenOrders))('of %s is told by the same kinds when it is placed', (_name, golden) => {
    const { order, routing, mapping, context } = toExplaining(golden);
    const routed = toFulfillmentRequest(order, routing, context);
    const { order: body, notes } = explainOrder(order, { routing, mapping, context });
    if (body === null || 'problem' in routed) return;
    const placed: WarningCode[] = [...routed.warnings];
    toOrderForCreation(routed.request, { config: mapping, note: (note) => placed.push(...codesOf([note])) });
    expect(new Set(placed)).toEqual(new Set(codesOf(notes)));
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
