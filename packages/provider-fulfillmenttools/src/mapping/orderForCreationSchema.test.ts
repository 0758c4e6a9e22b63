import { readFile } from 'node:fs/promises';
import ajv from 'ajv';
import formats from 'ajv-formats';
import { expect, test } from 'vitest';
import { address, failureOf, fulfillmentRequest, lineItem } from '../testing/samples.ts';
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

/** `yaml` or `js-yaml`, whichever is installed. */
async function findYamlParser(): Promise<((text: string) => unknown) | undefined> {
  for (const [name, method] of [
    ['yaml', 'parse'],
    ['js-yaml', 'load'],
  ] as const) {
    try {
      const parser = await import(name);
      return parser[method] ?? parser.default[method];
    } catch {}
  }
  return undefined;
}

const VENDOR_SPEC = new URL('../../../../../shared/fulfillmenttools-api/api.swagger.yaml', import.meta.url);

test('every kind of order that we send is one by the vendor’s own OpenAPI', async (context) => {
  const spec = await readFile(VENDOR_SPEC, 'utf8').catch(() => undefined);
  if (spec === undefined) return context.skip('the vendor’s OpenAPI file is not beside this repository');
  const parse = await findYamlParser();
  if (parse === undefined) return context.skip('no YAML parser (yaml or js-yaml) is installed');

  const compiler = new ajv.Ajv({ strict: false, allErrors: true });
  formats.default(compiler);
  for (const format of ['int32', 'int64']) compiler.addFormat(format, true);
  compiler.addSchema(parse(spec) as object, 'vendor');
  const validate = compiler.compile({ $ref: 'vendor#/components/schemas/OrderForCreation' });
  const rich = address({
    email: 'ada@example.com',
    mobile: '1',
    phone: '2',
    building: 'B',
    state: 'NRW',
    company: 'C',
  });
  const orders = [
    fulfillmentRequest(),
    fulfillmentRequest({
      held: true,
      customerId: 'c1',
      shippingAddress: rich,
      billingAddress: rich,
      tags: [{ id: 'store', value: 'de' }],
      lines: [lineItem({ attributes: { color: '"blue"' }, imageUrl: 'https://example.com/1.png' })],
      delivery: { kind: 'shipping', serviceLevel: 'SAMEDAY', carriers: ['DHL'], facilityKeys: ['f1'] },
    }),
    fulfillmentRequest({
      shippingAddress: null,
      customerEmail: 'ada@example.com',
      paid: true,
      delivery: { kind: 'collect', facilityKey: 'store-7' },
    }),
  ].map(toOrderForCreation);
  for (const order of orders) {
    validate(order);
    expect(validate.errors).toBeNull();
  }
  validate({ ...orders[0], tags: [] });
  expect(validate.errors, 'the check itself finds faults').not.toBeNull();
});
