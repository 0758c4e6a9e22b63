import { expect, test } from 'vitest';
import { failureOf, fulfillmentRequest } from '../testing/samples.ts';
import { assertOrderForCreation } from './orderForCreationSchema.ts';
import { toOrderForCreation } from './toOrderForCreation.ts';

const good = () => structuredClone(toOrderForCreation(fulfillmentRequest())) as unknown as Record<string, unknown>;

test('a mapped order passes', () => {
  expect(() => assertOrderForCreation(good())).not.toThrow();
});

test.each<[string, (order: Record<string, any>) => void]>([
  ['unknown', (order) => (order.unknown = 1)],
  ['tags', (order) => (order.tags = [])],
  ['tenantOrderId', (order) => (order.tenantOrderId = '')],
  ['tenantOrderId', (order) => (order.tenantOrderId = 'x'.repeat(257))],
  ['orderDate', (order) => (order.orderDate = 'yesterday')],
  ['status', (order) => (order.status = 'OPEN')],
  ['orderLineItems', (order) => (order.orderLineItems = [])],
  ['orderLineItems', (order) => (order.orderLineItems = Array(501).fill(order.orderLineItems[0]))],
  ['orderLineItems.0.quantity', (order) => (order.orderLineItems[0].quantity = 0)],
  ['orderLineItems.0.quantity', (order) => (order.orderLineItems[0].quantity = 1.5)],
  ['orderLineItems.0.article', (order) => delete order.orderLineItems[0].article.title],
  ['consumer.addresses.0.street', (order) => (order.consumer.addresses[0].street = '')],
  ['consumer.addresses.0.houseNumber', (order) => (order.consumer.addresses[0].houseNumber = '')],
  ['consumer.addresses.0.city', (order) => (order.consumer.addresses[0].city = 'a\nb')],
  ['consumer.addresses.0.email', (order) => (order.consumer.addresses[0].email = 'ada-secret')],
  ['customAttributes', (order) => (order.customAttributes.commercetoolsId = 'x')],
  ['deliveryPreferences', (order) => (order.deliveryPreferences = {})],
  [
    'deliveryPreferences.collect',
    (order) => (order.deliveryPreferences = { collect: Array(2).fill({ tenantFacilityId: 'a', paid: true }) }),
  ],
])('an order that breaks the rule for %s is refused by that name, without its value', async (field, damage) => {
  const order = good();
  damage(order);
  const error = await failureOf(() => assertOrderForCreation(order));
  expect(error).toMatchObject({ errorClass: 'permanent', code: 'mapping-invalid', stage: 'map', notSent: true });
  if (field !== 'unknown') expect(error.message).toContain(`fulfillmenttools: ${field} `);
  expect(error.message).not.toContain('ada-secret');
});
