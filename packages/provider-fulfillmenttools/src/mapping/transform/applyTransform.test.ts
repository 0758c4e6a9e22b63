import { expect, test } from 'vitest';
import { fulfillmentRequest } from '../../testing/samples.ts';
import { anOrder } from '@pipeline/fulfillment/testkit';
import type { OrderForCreation } from '../orderForCreation.ts';
import { toOrderForCreation } from '../toOrderForCreation.ts';
import { applyTransform } from './applyTransform.ts';
import type { RunningTransform } from './startTransform.ts';

const request = { ...fulfillmentRequest(), order: anOrder() };
const mapped = toOrderForCreation(request);

const running = (transform: (order: OrderForCreation) => unknown): RunningTransform => ({
  name: './transform.ts',
  run: async (order) => JSON.parse(JSON.stringify(transform(order))),
  [Symbol.asyncDispose]: async () => {},
});
const apply = (transform: (order: OrderForCreation) => unknown) =>
  applyTransform(mapped, request, { transform: running(transform) });

test('what the code adds is in the order', async () => {
  const tags = [{ id: 'loyalty', value: 'gold' }];
  expect(await apply((order) => ({ ...order, tags }))).toEqual({ ...mapped, tags });
});

test.each<[string, (order: OrderForCreation) => unknown]>([
  ['tags must NOT have fewer than 1 items', (order) => ({ ...order, tags: [] })],
  ['the body must NOT have additional properties', (order) => ({ ...order, note: 'Ada' })],
  [
    'consumer.addresses.0.street must match pattern',
    ({ consumer, ...order }) => ({
      ...order,
      consumer: { addresses: [{ ...consumer.addresses?.[0], street: '' }] },
    }),
  ],
  ['the body must be object', () => null],
  ['the body must be object', () => 'Ada'],
])('what cannot be sent is refused: %s', async (problem, transform) => {
  const failure = apply(transform);
  await expect(failure).rejects.toMatchObject({ errorClass: 'permanent', code: 'transform-invalid', notSent: true });
  await expect(failure).rejects.toThrow(
    `What ./transform.ts made of it: The order cannot be sent to fulfillmenttools: ${problem}`,
  );
  await expect(failure).rejects.not.toThrow(/Ada/);
});

const withAttribute = (name: string, value: string) => (order: OrderForCreation) => ({
  ...order,
  customAttributes: { ...order.customAttributes, [name]: value },
});
const withLine = (over: object) => (order: OrderForCreation) => ({
  ...order,
  orderLineItems: order.orderLineItems.map((line, at) => (at === 0 ? { ...line, ...over } : line)),
});
const [line] = mapped.orderLineItems;
const stores = [{ tenantFacilityId: 'berlin', paid: true }];

test.each<[string, (order: OrderForCreation) => unknown]>([
  ['tenantOrderId', (order) => ({ ...order, tenantOrderId: 'other' })],
  ['status', (order) => ({ ...order, status: 'LOCKED' })],
  ['commercetoolsOrderId', withAttribute('commercetoolsOrderId', 'other')],
  ['commercetoolsProjectKey', withAttribute('commercetoolsProjectKey', 'other')],
  ['commercetoolsMappingVersion', withAttribute('commercetoolsMappingVersion', 'other')],
  ['orderLineItems', (order) => ({ ...order, orderLineItems: [...order.orderLineItems, ...order.orderLineItems] })],
  ['orderLineItems', withLine({ quantity: 77 })],
  ['orderLineItems', withLine({ article: { ...line?.article, tenantArticleId: 'other' } })],
  ['orderLineItems', withLine({ customAttributes: { commercetoolsLineItemId: 'other' } })],
  ['deliveryPreferences', (order) => ({ ...order, deliveryPreferences: { collect: stores } })],
])('%s stays as it is: the pipeline finds the order by it', async (field, transform) => {
  const failure = apply(transform);
  await expect(failure).rejects.toMatchObject({ errorClass: 'permanent', code: 'transform-invalid', notSent: true });
  await expect(failure).rejects.toThrow(`./transform.ts changed `);
  await expect(failure).rejects.toThrow(field);
});

test('another title, address, carrier or attribute of one’s own is fine', async () => {
  const own = await apply((order) => ({
    ...withLine({ article: { ...line?.article, title: 'other' } })(order),
    customAttributes: { ...order.customAttributes, own: { deep: [1] } },
    deliveryPreferences: { shipping: { preferredCarriers: ['UPS'] } },
  }));
  expect(own).toMatchObject({ customAttributes: { own: { deep: [1] } } });
});
