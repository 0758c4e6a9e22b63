import { fileURLToPath } from 'node:url';
import { toOrderSnapshot } from '@pipeline/platform-commercetools';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { transform } from '../../../../../deploy/pipeline/transform.ts';
import { explainTransformed } from '../explainOrder.ts';
import { type PipelineConfig } from '../pipelineConfig/parsePipelineConfig.ts';
import { readPipelineConfig } from '../pipelineConfig/readPipelineConfig.ts';
import { toRoutingPolicy } from '../pipelineConfig/toRoutingPolicy.ts';
import { ctLine, ctOrder, custom, shippedBy } from '../testing/ctOrder.ts';
import { type RunningTransform, startTransform } from './startTransform.ts';
import type { Transform } from './transform.ts';

// The example says what a shop's code looks like: its type is checked with this one.
transform satisfies Transform;

const file = fileURLToPath(new URL('../../../../../deploy/pipeline/pipeline.yaml', import.meta.url));
const none = { SHIP_FROM_STORE_METHODS: [], CLICK_AND_COLLECT_METHODS: [], UNKNOWN_SHIPPING_METHOD: 'fail' } as const;
let config: PipelineConfig;
let running: RunningTransform;

beforeAll(async () => {
  const parsed = readPipelineConfig(file);
  if ('problems' in parsed) throw new Error(parsed.problems.join('\n'));
  config = parsed.config;
  if (!config.transform) throw new Error('The example names no transform.');
  running = await startTransform(config.transform);
});
afterAll(() => running[Symbol.asyncDispose]());

const explain = (over: Parameters<typeof ctOrder>[0]) =>
  explainTransformed(toOrderSnapshot(ctOrder(over), { readAt: 0 }), {
    routing: toRoutingPolicy(config, none),
    mapping: config.mapping,
    transform: running,
    context: { projectKey: 'shop', held: false, tenantOrderId: null },
  });

test('the example of deploy/pipeline tags gold customers and fragile lines, and says that it did', async () => {
  const fragile = { id: 1, sku: 'VASE', attributes: [{ name: 'fragile', value: true }] };
  const { order, problem, notes } = await explain({
    custom: custom({ loyalty: 'gold' }),
    lineItems: [ctLine(), ctLine({ id: 'line-2', variant: fragile })],
  });
  expect(problem).toBeNull();
  expect(order?.tags).toEqual([{ id: 'loyalty', value: 'gold' }]);
  expect(order?.orderLineItems.map(({ tags }) => tags)).toEqual([undefined, [{ id: 'handling', value: 'fragile' }]]);
  const changed = notes.filter(({ text }) => text === 'Changed by ./transform.ts.').map(({ field }) => field);
  expect(changed).toEqual(['orderLineItems', 'tags']);
});

test('it leaves other orders as they are, and one with another method is locked', async () => {
  const { order, notes } = await explain({ shippingInfo: shippedBy('drone') });
  expect(order).toMatchObject({ status: 'LOCKED', statusReasons: [{ status: 'LOCKED' }] });
  expect(order).not.toHaveProperty('tags');
  expect(notes.some(({ text }) => text.startsWith('Changed by'))).toBe(false);
});
