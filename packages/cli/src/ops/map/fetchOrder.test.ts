import { channels, createCommercetoolsSimulator, shippingMethods } from '@pipeline/simulator-commercetools';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ops } from '../ops.ts';
import { commercetoolsOrder } from './testing/order.ts';

const client = { clientId: 'client-1', clientSecret: 'secret-1' };
const simulator = createCommercetoolsSimulator({ projectKey: 'shop', clients: [client] });
const [method] = shippingMethods;
const [store] = channels;
const ID = '0c8f4f3e-1111-4222-8333-9a6ce1000001';
let env: Record<string, string> = {};

beforeAll(async () => {
  const url = await simulator.listen();
  env = {
    CTP_PROJECT_KEY: 'shop',
    CTP_CLIENT_ID: client.clientId,
    CTP_CLIENT_SECRET: client.clientSecret,
    CTP_API_URL: url,
    CTP_AUTH_URL: url,
    SHIP_FROM_STORE_METHODS: method?.key ?? '',
  };
  const shippingInfo = {
    shippingMethodName: 'x',
    price: { type: 'centPrecision', currencyCode: 'EUR', centAmount: 1, fractionDigits: 2 },
    shippingMethod: { typeId: 'shipping-method', id: method?.id },
  };
  const fields = { pickupStore: { typeId: 'channel', id: store?.id } };
  const custom = { type: { typeId: 'type', id: 'a-type' }, fields };
  const body = JSON.stringify(commercetoolsOrder({ id: ID, orderNumber: 'WEB-4711', shippingInfo, custom }));
  const { status } = await fetch(`${url}/_sim/orders`, { method: 'POST', body });
  expect(status).toBe(201);
});
afterAll(() => simulator.close());

async function map(id: string, more: Record<string, string> = {}) {
  const out: string[] = [];
  const code = await ops(
    ['map', id, '--json'],
    { ...env, ...more },
    { out: (line) => void out.push(line), err: () => {} },
  );
  return { code, answer: JSON.parse(out.join('\n')) as { order: unknown; problem: unknown } };
}

test.each([[ID], ['WEB-4711']])(
  '`map %s` reads the order from commercetools, with the key of its method',
  async (id) => {
    const { code, answer } = await map(id);
    expect(answer).toMatchObject({
      order: {
        tenantOrderId: 'WEB-4711',
        customAttributes: { commercetoolsOrderId: ID, commercetoolsProjectKey: 'shop' },
      },
      problem: null,
    });
    expect(code).toBe(0);
  },
);

test('reads the key of the channel that the field of click & collect refers to', async () => {
  const collect = { SHIP_FROM_STORE_METHODS: '', CLICK_AND_COLLECT_METHODS: method?.key ?? '' };
  const { answer } = await map(ID, { ...collect, COLLECT_FACILITY_FIELD: 'pickupStore' });
  expect(answer.order).toMatchObject({ deliveryPreferences: { collect: [{ tenantFacilityId: store?.key }] } });
});

test.each([['WEB-1'], ['0c8f4f3e-1111-4222-8333-9a6ce1000002']])('`map %s`: there is no such order', async (id) => {
  await expect(map(id)).rejects.toThrow(`commercetools has no order ${id} in the project shop`);
});

test('what is no file needs the settings of commercetools, and says which', async () => {
  await expect(ops(['map', 'WEB-4711'], {}, { out: () => {}, err: () => {} })).rejects.toThrow(
    'CTP_CLIENT_ID is missing',
  );
});
