import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { partsOf } from '@pipeline/fulfillment';
import { toOrderSnapshot } from '@pipeline/platform-commercetools';
import { describe, expect, test } from 'vitest';
import { openVendorApi, vendorApiPresent } from '../testing/vendorApi.ts';
import { explainOrder } from './explainOrder.ts';
import { fullConfig } from './testing/fullConfig.ts';
import { goldenRouting } from './testing/goldenOrders.ts';

type CommercetoolsOrder = Parameters<typeof toOrderSnapshot>[0];

/** Documents as commercetools makes them; they lie beside this repository, or are absent. */
const folder = new URL('../../../../../shared/fixtures/commercetools/', import.meta.url);
const names = (existsSync(folder) ? readdirSync(folder) : []).filter((name) => /^order\..*\.json$/.test(name));
const routing = { ...goldenRouting, unknownShippingMethod: 'shipping' } as const;

describe('the orders of the fixtures', () => {
  if (names.length === 0)
    test('are what they become', (context) => context.skip('the fixtures are not beside this repository'));

  const violationsOf = vendorApiPresent && names.length > 0 ? openVendorApi() : () => [];
  test.each(names)('%s is what it becomes', async (name) => {
    const order = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as CommercetoolsOrder;
    const parts = partsOf(toOrderSnapshot(order, { readAt: 0 })).map((part) => {
      const tenantOrderId = part.target === null ? null : part.tenantOrderId;
      const context = { projectKey: 'shop', held: false, tenantOrderId };
      return explainOrder(part.order, { routing, mapping: fullConfig, context });
    });
    const results = parts.map(({ order: body, problem, notes }) => {
      const lines = notes.map(({ kind, field, text }) => `${kind} ${field}: ${text}`);
      return problem === null ? { order: body, notes: lines } : { problem, notes: lines };
    });
    const shown = results.length === 1 ? results[0] : { targets: results };
    await expect(`${JSON.stringify(shown, null, 2)}\n`).toMatchFileSnapshot(
      `golden/fixtures/${name.replace(/\.json$/, '')}.golden`,
    );
    for (const { order: body } of parts)
      if (body) expect(violationsOf({ method: 'POST', target: '/api/orders', body: JSON.stringify(body) })).toEqual([]);
  });
});
