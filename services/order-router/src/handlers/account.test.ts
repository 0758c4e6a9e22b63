import { aLineItem, ORDER_ID } from '@pipeline/fulfillment/testkit';
import { createFulfillmenttoolsProvider } from '@pipeline/provider-fulfillmenttools';
import { createLogger, createMetrics } from '@pipeline/service-kit';
import { expect, test } from 'vitest';
import { createPlacementObserver } from '../observer.ts';
import type { PlaceOrderOptions } from '../placement/work.ts';
import { confirmed, routing, startRouter, theOrder } from '../testing/router.ts';

type Line = Readonly<Record<string, unknown>>;

/** The router with what it logs and counts. */
function start(over: Partial<PlaceOrderOptions> = {}) {
  const metrics = createMetrics({ service: 'order-router', version: '0' });
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ service: 'order-router', version: '0', level: 'debug', destination });
  const router = startRouter({ observer: createPlacementObserver({ logger, metrics }), ...over });
  const settled = (): Line[] =>
    lines.map((line) => JSON.parse(line) as Line).filter(({ message }) => message === 'order settled');
  const counted = async () =>
    [...(await metrics.expose()).body.matchAll(/^pipeline_mapping_warnings_total\{code="([^"]*)".*\} (\d+)$/gm)].map(
      ([, code, count]) => `${code} ${count}`,
    );
  return { ...router, lines, settled, counted };
}

test('an order that was placed is logged with why it went there and kinds of what is left out, and nothing personal', async () => {
  const posted: unknown[] = [];
  const client = {
    call: async ({ body }: { readonly body?: unknown }) => {
      posted.push(body);
      const order = { id: 'fft-1', version: 1, status: 'OPEN', tenantOrderId: '4711', orderLineItems: [] };
      return { status: 201, body: { ...order, customAttributes: { commercetoolsOrderId: ORDER_ID } } };
    },
    ready: async () => undefined,
    close: async () => undefined,
  };
  const order = theOrder({
    customerEmail: 'Ada Byron',
    customFields: { season: '["Geheim"]' },
    lineItems: [
      ...[aLineItem({ id: 'a', sku: null, name: {} }), aLineItem({ id: 'b', sku: null })],
      aLineItem({ id: 'c', quantity: 0 }),
    ],
  });
  const { deliver, settled, counted, lines } = start({
    provider: createFulfillmenttoolsProvider({ client }),
    routing: { ...routing, customFieldTags: { season: 'tag' } },
  });
  await deliver(confirmed({ order }));
  expect(posted).toHaveLength(1);
  const warnings = ['line-without-quantity', 'field-without-text', 'email-invalid', 'sku-missing', 'name-missing'];
  expect(settled()).toEqual([expect.objectContaining({ outcome: 'created', reasons: ['method-listed'], warnings })]);
  expect((await counted()).sort()).toEqual(warnings.map((code) => `${code} 1`).sort());
  expect(lines.join('')).not.toMatch(/Byron|Geheim|droppedFields/);
});

test('one of which nothing is left out says only why it went there', async () => {
  const held = { ...routing, unknownShippingMethod: 'hold', shippingMethods: {} } as const;
  const { deliver, settled, counted } = start({ routing: held });
  await deliver();
  expect(settled()[0]).toMatchObject({ outcome: 'created', reasons: ['method-unknown', 'locked-by-method'] });
  expect(settled()[0]).not.toHaveProperty('warnings');
  expect(await counted()).toEqual([]);
});

test('each order counts once for a kind, however often it was tried', async () => {
  const { provider, deliver, settled, counted } = start();
  provider.warnings.push('sku-missing', 'sku-missing');
  provider.script.push('throttled', 'unreachable');
  await deliver();
  expect(settled()).toEqual([expect.objectContaining({ outcome: 'created', warnings: ['sku-missing'] })]);
  expect(await counted()).toEqual(['sku-missing 1']);
});

test('one whose answer was lost is told when it turns up', async () => {
  const { provider, deliver, settled, counted } = start();
  provider.warnings.push('sku-missing');
  provider.script.push('answer-lost');
  await deliver();
  expect(settled()).toEqual([
    expect.objectContaining({ outcome: 'adopted', reasons: ['method-listed'], warnings: ['sku-missing'] }),
  ]);
  expect(await counted()).toEqual(['sku-missing 1']);
});

test('of one that somebody else made nothing is said', async () => {
  const { provider, deliver, settled, counted } = start({ lookUpFirst: true });
  provider.warnings.push('sku-missing');
  provider.put({
    ...({ providerOrderId: 'fft-9', processId: null, tenantOrderId: '4711', status: 'OPEN', version: 1 } as const),
    ...{ orderId: ORDER_ID, projectKey: 'shop', collect: false, lines: [] },
  });
  await deliver();
  expect(settled()).toEqual([expect.objectContaining({ outcome: 'adopted', providerOrderId: 'fft-9' })]);
  expect(settled()[0]).not.toHaveProperty('reasons');
  expect(await counted()).toEqual([]);
});
