import { defaultRoutingPolicy, type FulfillmentRequest, partsOf, toFulfillmentRequest } from '@pipeline/fulfillment';
import { describeFulfillmentProvider, type LineRequest } from '@pipeline/fulfillment/contract';
import { toOrderSnapshot } from '@pipeline/platform-commercetools';
import { issuePermit, PipelineError } from '@pipeline/streams';
import fc from 'fast-check';
import { beforeAll, describe, expect, test, type TestContext } from 'vitest';
import { assertOrderForCreation } from './mapping/orderForCreationSchema.ts';
import { toOrderForCreation } from './mapping/toOrderForCreation.ts';
import { fixturesPresent, readFixtureOrders } from './testing/fixtureOrders.ts';
import { kinds, oddRequest } from './testing/requestKinds.ts';
import { fulfillmentRequest } from './testing/samples.ts';
import { createSimulatorSubjects } from './testing/simulatorSubject.ts';
import { openVendorApi, vendorApiPresent } from './testing/vendorApi.ts';

const sent = new Map<string, LineRequest>();
const open = createSimulatorSubjects({
  onRequest(request) {
    if (request.kind !== 'sign-in') sent.set(`${request.method} ${request.target} ${request.body}`, request);
  },
});

describeFulfillmentProvider('fulfillmenttools (simulator)', open);

describe('by the vendor’s own OpenAPI', () => {
  let violationsOf: ReturnType<typeof openVendorApi> = () => ['not opened'];

  beforeAll(() => {
    if (vendorApiPresent) violationsOf = openVendorApi();
  });

  const checked = (title: string, check: (context: TestContext) => void | Promise<void>) =>
    test(title, (context) => {
      if (!vendorApiPresent) return context.skip('the vendor’s OpenAPI file is not beside this repository');
      return check(context);
    });

  checked('every request of the contract is one, and every call of a process', async () => {
    await using subject = await open();
    const { signal } = new AbortController();
    const { provider } = subject;
    const mapped = await provider.mapOrder(fulfillmentRequest(), signal);
    const placed = await provider.placeOrder(mapped, issuePermit('placeOrder', signal));
    const process = { processId: placed.processId ?? 'none', version: 1, at: Date.UTC(2027, 0, 31, 12) };
    await provider.anonymizeProcess(process, issuePermit('anonymizeProcess', signal)).catch(() => {});
    await provider.findOrders('A-1001', signal);
    expect([...sent.values()].flatMap(violationsOf)).toEqual([]);
    expect(sent.size).toBeGreaterThan(3);
  });

  for (const [kind, request] of Object.entries(kinds))
    checked(`an order is one: ${kind}`, () => {
      expect(violationsOf(toPost(toOrderForCreation(request)))).toEqual([]);
    });

  checked('every order of the fixtures is one once it is mapped', (context) => {
    if (!fixturesPresent) context.skip('the fixtures are not beside this repository');
    const policy = { ...defaultRoutingPolicy, unknownShippingMethod: 'hold', storeTag: 'store' } as const;
    const outcomes = [...readFixtureOrders()].flatMap(([where, whole]) =>
      partsOf(toOrderSnapshot(whole as never, { readAt: 0 })).map(({ order, tenantOrderId }) => {
        const routed = toFulfillmentRequest(order, policy, { projectKey: 'shop', held: false, tenantOrderId });
        const faults =
          'problem' in routed ? [routed.problem] : violationsOf(toPost(toOrderForCreation(routed.request)));
        return { where, faults };
      }),
    );
    expect(outcomes.length).toBeGreaterThan(5);
    expect(outcomes.filter(({ where }) => where === 'order.multiple-shipping.json')).toHaveLength(2);
    expect(outcomes.filter(({ faults }) => faults.length > 0)).toEqual([]);
  });

  checked('what our own schema lets through is one, however odd the texts are', () => {
    fc.assert(
      fc.property(oddRequest, (request) => {
        const order = mapped(request);
        if (order !== undefined) expect(violationsOf(toPost(order))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  checked('the check itself finds faults, at any depth', () => {
    const order = toOrderForCreation(kinds.plain);
    const [line] = order.orderLineItems;
    const home = { street: 'A', city: 'B', postalCode: '1', country: 'DE' };
    const faults = [
      { ...order, tags: [] },
      { ...order, unknown: 1 },
      { ...order, orderDate: 'yesterday' },
      { ...order, orderLineItems: [{ ...line, unknown: 1 }] },
      { ...order, orderLineItems: [{ ...line, article: { ...line?.article, unknown: 1 } }] },
      { ...order, consumer: { addresses: [{ ...home, unknown: 1 }] } },
      { ...order, consumer: { addresses: [{ ...home, street: '' }] } },
    ].map(toPost);
    const action = { method: 'POST', target: '/api/orders/1/actions' };
    const others = [
      { ...action, body: '{"name":"CANCEL"}' },
      { ...action, body: '{"name":"CANCEL","version":1,"unknown":1}' },
      { ...action, body: '{"name":"ERASE","version":1}' },
      { method: 'POST', target: '/api/orders/search', body: '{"query":{"tenantOrderID":{"eq":"1"}}}' },
      { method: 'GET', target: '/api/orders?tenantorderid=1', body: '' },
      { method: 'GET', target: '/api/order', body: '' },
    ];
    for (const fault of [...faults, ...others]) expect(violationsOf(fault), JSON.stringify(fault)).not.toEqual([]);
  });
});

const toPost = (order: unknown) => ({ method: 'POST', target: '/api/orders', body: JSON.stringify(order) });

/** The order as it would be sent; undefined: it would not be. */
function mapped(request: FulfillmentRequest): object | undefined {
  try {
    const order = toOrderForCreation(request);
    assertOrderForCreation(order);
    return order;
  } catch (error) {
    if (error instanceof PipelineError) return undefined;
    throw error;
  }
}
