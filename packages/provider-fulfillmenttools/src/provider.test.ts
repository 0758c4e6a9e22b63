import type { EffectPermit, FulfillmentProvider, FulfillmentRequest } from '@pipeline/fulfillment';
import { anOrder } from '@pipeline/fulfillment/testkit';
import { PipelineError, issuePermit, parseSparsely } from '@pipeline/streams';
import { describe, expect, test } from 'vitest';
import type { CallRequest, FulfillmenttoolsClient } from './http/client.ts';
import type { OrderForCreation } from './mapping/orderForCreation.ts';
import { toOrderForCreation } from './mapping/toOrderForCreation.ts';
import { placedOrderShape } from './mapping/toPlacedOrder.ts';
import { createFulfillmenttoolsProvider } from './provider.ts';
import { createFulfillmenttoolsReads } from './reads.ts';
import { failureOf, fulfillmentRequest, lineItem, ORDER_ID, vendorOrder } from './testing/samples.ts';

/** Answers by `METHOD path`; an error is thrown; what is not listed is a 404. */
function fakeClient(answers: Readonly<Record<string, unknown>>) {
  const calls: CallRequest[] = [];
  const client: FulfillmenttoolsClient = {
    async call(request) {
      calls.push(request);
      const answer =
        answers[`${request.method} ${request.path}`] ?? new PipelineError('gone', 'provider-not-found', '404');
      if (answer instanceof Error) throw answer;
      const read = request.reads && parseSparsely(Buffer.from(JSON.stringify(answer)), request.reads);
      return { status: 200, body: read ?? answer };
    },
    ready: async () => {},
    close: async () => {},
  };
  return { client, calls, names: () => calls.map(({ method, path }) => `${method} ${path}`) };
}

const setUp = (answers: Readonly<Record<string, unknown>>) => {
  const fake = fakeClient(answers);
  return { ...fake, provider: createFulfillmenttoolsProvider(fake), reads: createFulfillmenttoolsReads(fake) };
};
const { signal } = new AbortController();
const permit = () => issuePermit('test', signal);
const place = async (
  provider: FulfillmentProvider,
  request: FulfillmentRequest = fulfillmentRequest(),
  leave: EffectPermit = permit(),
) => provider.placeOrder(await provider.mapOrder(request, signal), leave);
const refusal = (httpStatus: number) => new PipelineError('permanent', 'provider-refused', 'no', { httpStatus });

describe('placing an order', () => {
  test('posts the mapped order as a write under the deadline of the permit', async () => {
    const { provider, calls } = setUp({ 'POST /api/orders': vendorOrder() });
    expect(await place(provider)).toMatchObject({ providerOrderId: 'fft-1' });
    expect(calls).toEqual([
      {
        method: 'POST',
        path: '/api/orders',
        write: true,
        permission: 'ORDER_WRITE',
        reads: placedOrderShape,
        signal,
        json: JSON.stringify(toOrderForCreation(fulfillmentRequest())),
      },
    ]);
  });

  test('tells the kinds of what it leaves out while it maps, sends nothing, and tells nothing of the order', async () => {
    const { provider, calls } = setUp({ 'POST /api/orders': vendorOrder() });
    const request = fulfillmentRequest({ customerEmail: 'ada at home', lines: [lineItem({ sku: null })] });
    const told: string[] = [];
    await provider.mapOrder(request, signal, (kind) => void told.push(kind));
    expect([told, calls]).toEqual([['email-invalid', 'sku-missing'], []]);
  });

  test('posts what the shop’s own code makes of it, and nothing when that is wrong', async () => {
    const { client, calls } = fakeClient({ 'POST /api/orders': vendorOrder() });
    let result: object = { tags: [{ id: 'own', value: '1' }] };
    const transform = {
      name: './transform.ts',
      run: async (order: object) => ({ ...order, ...result }),
      [Symbol.asyncDispose]: async () => {},
    };
    const provider = createFulfillmenttoolsProvider({ client, transform });
    const request = { ...fulfillmentRequest(), order: anOrder() };
    await place(provider, request);
    expect(JSON.parse(calls[0]?.json ?? '')).toMatchObject({
      tenantOrderId: 'A-1001',
      tags: [{ id: 'own', value: '1' }],
    });
    result = { tenantOrderId: 'other' };
    const error = await failureOf(() => place(provider, request));
    expect(error).toMatchObject({ errorClass: 'permanent', code: 'transform-invalid', notSent: true });
    expect(calls).toHaveLength(1);
  });

  test('compares an order with what the shop’s own code makes of it, so that an amendment does not undo that', async () => {
    const request = { ...fulfillmentRequest(), order: anOrder() };
    const content = { ...request, collect: false };
    const asked = { providerOrderId: ORDER_ID, part: 'address' as const, content, request };
    const company = ({ consumer, ...order }: OrderForCreation) => ({
      ...order,
      consumer: { ...consumer, addresses: consumer.addresses?.map((each) => ({ ...each, companyName: 'Own' })) },
    });
    const transform = {
      name: './transform.ts',
      run: async (order: OrderForCreation) => company(order),
      [Symbol.asyncDispose]: async () => {},
    };
    const { consumer } = company(toOrderForCreation(request));
    const { client } = fakeClient({ [`GET /api/orders/${ORDER_ID}`]: { ...vendorOrder(), consumer } });
    const compare = (own?: typeof transform) =>
      createFulfillmenttoolsProvider({ client, transform: own }).compareOrder(asked, signal);
    expect(await compare(transform)).toMatchObject({ isShown: true, change: { consumer } });
    expect(await compare()).toMatchObject({ isShown: false });
    const provider = createFulfillmenttoolsProvider({ client, transform });
    const unroutable = await failureOf(() => provider.compareOrder({ ...asked, request: undefined }, signal));
    expect(unroutable).toMatchObject({
      errorClass: 'permanent',
      code: 'amend-not-routable',
      stage: 'map',
      notSent: true,
    });
  });

  test('takes each permit once', async () => {
    const { provider, calls } = setUp({ 'POST /api/orders': vendorOrder() });
    const once = permit();
    await place(provider, fulfillmentRequest(), once);
    const error = await failureOf(() => place(provider, fulfillmentRequest(), once));
    expect(error).toMatchObject({ code: 'permit-refused', notSent: true });
    const cancelled = await failureOf(() => provider.cancelOrder({ providerOrderId: 'fft-1', version: 1 }, once));
    expect(cancelled.code).toBe('permit-refused');
    expect(calls).toHaveLength(1);
  });

  test('sends nothing that the strict schema refuses', async () => {
    const { provider, calls } = setUp({ 'POST /api/orders': vendorOrder() });
    const error = await failureOf(() => place(provider, fulfillmentRequest({ lines: [] })));
    expect(error).toMatchObject({ errorClass: 'permanent', code: 'mapping-invalid', notSent: true });
    expect(calls).toHaveLength(0);
  });

  test.each([[undefined], [{}], [{ id: 'fft-1' }], [[]], ['created']])(
    'that is answered 2xx with %j, which is no order, has an unknown outcome',
    async (body) => {
      const { client: fake } = fakeClient({});
      const client: FulfillmenttoolsClient = { ...fake, call: async () => ({ status: 201, body }) };
      const provider = createFulfillmenttoolsProvider({ client });
      const error = await failureOf(() => place(provider));
      expect(error).toMatchObject({ errorClass: 'unknown-outcome', notSent: false });
    },
  );

  test('that is answered 404 is refused: nothing was there to be gone', async () => {
    const { provider } = setUp({});
    const error = await failureOf(() => place(provider));
    expect(error).toMatchObject({ errorClass: 'permanent', code: 'provider-refused' });
  });

  test('passes every other failure on as it is', async () => {
    const unknown = new PipelineError('unknown-outcome', 'provider-timeout', 'late');
    const { provider } = setUp({ 'POST /api/orders': unknown });
    expect(await failureOf(() => place(provider))).toBe(unknown);
  });
});

describe('finding orders', () => {
  const found = (...ids: string[]) => ({ orders: ids.map((id) => ({ id })) });

  test('asks search and list, and reads each order once by id', async () => {
    const { provider, names, calls } = setUp({
      'POST /api/orders/search': found('a', 'b'),
      'GET /api/orders': found('b', 'c'),
      'GET /api/orders/a': vendorOrder({ id: 'a', status: 'CANCELLED' }),
      'GET /api/orders/b': vendorOrder({ id: 'b' }),
    });
    const orders = await provider.findOrders('A-1001', signal);
    expect(orders.map((order) => [order.providerOrderId, order.status])).toEqual([
      ['a', 'CANCELLED'],
      ['b', 'OPEN'],
    ]);
    expect(names()).toEqual([
      'POST /api/orders/search',
      'GET /api/orders',
      'GET /api/orders/a',
      'GET /api/orders/b',
      'GET /api/orders/c',
    ]);
    expect(calls[0]?.body).toMatchObject({ query: { tenantOrderId: { eq: 'A-1001' } } });
    expect(calls[1]?.query).toMatchObject({ tenantOrderId: 'A-1001' });
    expect(calls.every((call) => !call.write)).toBe(true);
  });

  test('leaves out an order of another tenantOrderId', async () => {
    const { provider } = setUp({
      'POST /api/orders/search': found('a'),
      'GET /api/orders': found(),
      'GET /api/orders/a': vendorOrder({ id: 'a', tenantOrderId: 'B-2' }),
    });
    expect(await provider.findOrders('A-1001', signal)).toEqual([]);
  });

  test('takes a 404 of the list for a broken answer: a list is never gone', async () => {
    const gone = new PipelineError('gone', 'provider-not-found', '404', { httpStatus: 404 });
    const { provider } = setUp({ 'POST /api/orders/search': found(), 'GET /api/orders': gone });
    const error = await failureOf(() => provider.findOrders('4711', signal));
    expect(error).toMatchObject({ errorClass: 'transient', code: 'provider-answer-broken' });
  });

  test('does without the search where the tenant refuses it, but not without the list', async () => {
    const lists = { 'GET /api/orders': found('a'), 'GET /api/orders/a': vendorOrder({ id: 'a' }) };
    const { provider } = setUp({ ...lists, 'POST /api/orders/search': refusal(400) });
    expect(await provider.findOrders('A-1001', signal)).toHaveLength(1);
    const blind = setUp({ 'POST /api/orders/search': found('a'), 'GET /api/orders': refusal(400) });
    expect(await failureOf(() => blind.provider.findOrders('A-1001', signal))).toMatchObject({
      errorClass: 'permanent',
    });
  });

  test('never takes an outage for "there is none"', async () => {
    const outage = new PipelineError('transient', 'provider-unavailable', 'down');
    const { provider } = setUp({ 'POST /api/orders/search': outage, 'GET /api/orders': found() });
    expect(await failureOf(() => provider.findOrders('A-1001', signal))).toBe(outage);
  });
});

describe('reading an order', () => {
  test('that does not exist is undefined', async () => {
    expect(await setUp({}).provider.getOrder('x', signal)).toBeUndefined();
  });

  test('keeps an odd id inside its place in the path', async () => {
    const { provider, names } = setUp({});
    await provider.getOrder('a/../b?c#d', signal);
    expect(names()).toEqual(['GET /api/orders/a%2F..%2Fb%3Fc%23d']);
    for (const id of ['', '.', '..']) {
      expect(await failureOf(() => provider.getOrder(id, signal))).toMatchObject({ errorClass: 'permanent' });
    }
  });

  test('that is answered with something else is transient', async () => {
    const { provider } = setUp({ 'GET /api/orders/x': { hello: 1 } });
    expect(await failureOf(() => provider.getOrder('x', signal))).toMatchObject({ errorClass: 'transient' });
  });
});

describe('cancelling an order', () => {
  const order = { providerOrderId: 'fft-1', version: 3 };
  const path = 'POST /api/orders/fft-1/actions';

  test('names the version that it means', async () => {
    const { provider, calls } = setUp({ [path]: vendorOrder({ status: 'CANCELLED', version: 4 }) });
    expect(await provider.cancelOrder(order, permit())).toMatchObject({ status: 'CANCELLED', version: 4 });
    expect(calls[0]).toMatchObject({ body: { name: 'CANCEL', version: 3 }, permission: 'ORDER_CANCEL' });
  });

  test.each([
    [400, 'permanent', 'cancel-refused'],
    [422, 'permanent', 'cancel-refused'],
    [409, 'conflict', 'provider-conflict'],
  ])('that is answered %i is %s', async (status, errorClass, code) => {
    const { provider } = setUp({ [path]: refusal(status) });
    const error = await failureOf(() => provider.cancelOrder(order, permit()));
    expect(error).toMatchObject({ errorClass, code, httpStatus: status, message: 'no' });
  });

  test('of an order that does not exist is gone', async () => {
    expect(await failureOf(() => setUp({}).provider.cancelOrder(order, permit()))).toMatchObject({
      errorClass: 'gone',
    });
  });
});

describe('unlocking an order', () => {
  const order = { providerOrderId: 'fft-1', version: 3 };
  const path = 'POST /api/orders/fft-1/actions';

  test('names the version that it means', async () => {
    const { provider, calls } = setUp({ [path]: vendorOrder({ status: 'OPEN', version: 4 }) });
    expect(await provider.unlockOrder(order, permit())).toMatchObject({ status: 'OPEN', version: 4 });
    expect(calls).toEqual([
      {
        method: 'POST',
        path: '/api/orders/fft-1/actions',
        write: true,
        permission: 'ORDER_UNLOCK',
        reads: placedOrderShape,
        signal,
        body: { name: 'UNLOCK', version: 3 },
      },
    ]);
  });

  test.each([
    [400, 'permanent', 'unlock-refused'],
    [422, 'permanent', 'unlock-refused'],
    [409, 'conflict', 'provider-conflict'],
  ])('that is answered %i is %s', async (status, errorClass, code) => {
    const { provider } = setUp({ [path]: refusal(status) });
    const error = await failureOf(() => provider.unlockOrder(order, permit()));
    expect(error).toMatchObject({ errorClass, code, httpStatus: status, message: 'no' });
  });

  test('that is answered without a readable order has an unknown outcome', async () => {
    const { provider } = setUp({ [path]: { ok: true } });
    expect(await failureOf(() => provider.unlockOrder(order, permit()))).toMatchObject({
      errorClass: 'unknown-outcome',
    });
  });

  test('takes each permit once', async () => {
    const { provider, calls } = setUp({ [path]: vendorOrder() });
    const once = permit();
    await provider.unlockOrder(order, once);
    expect(await failureOf(() => provider.unlockOrder(order, once))).toMatchObject({ code: 'permit-refused' });
    expect(calls).toHaveLength(1);
  });
});

describe('the process of an order', () => {
  const path = 'POST /api/processes/p1/actions';
  const process = { processId: 'p1', version: 5, at: Date.parse('2026-11-21T23:59:00Z') };
  const vendorProcess = { id: 'p1', version: 6, gdprCleanupDate: '2026-11-21T00:00:00.000Z', isAnonymized: false };

  test('says when it is made anonymous, and whether it is', async () => {
    const { provider } = setUp({ 'GET /api/processes/p1': vendorProcess });
    expect(await provider.getProcess('p1', signal)).toEqual({
      processId: 'p1',
      version: 6,
      anonymized: false,
      anonymizeAt: Date.parse('2026-11-21T00:00:00Z'),
    });
    expect(await provider.getProcess('p2', signal)).toBeUndefined();
  });

  test('that is answered with something else is transient', async () => {
    const { provider } = setUp({ 'GET /api/processes/p1': { id: 'p1' } });
    expect(await failureOf(() => provider.getProcess('p1', signal))).toMatchObject({ errorClass: 'transient' });
  });

  test('is made anonymous by the day, in UTC, and the version', async () => {
    const { provider, calls } = setUp({ [path]: vendorProcess });
    expect(await provider.anonymizeProcess(process, permit())).toMatchObject({ processId: 'p1', version: 6 });
    const body = { name: 'UPDATE_GDPR_CLEANUP_DATE', version: 5, gdprCleanupDate: '2026-11-21' };
    expect(calls).toEqual([
      { method: 'POST', path: '/api/processes/p1/actions', write: true, permission: 'PROCESS_WRITE', signal, body },
    ]);
  });

  test.each([
    [400, 'permanent', 'anonymize-refused'],
    [409, 'conflict', 'provider-conflict'],
  ])('that refuses it with %i is %s', async (status, errorClass, code) => {
    const { provider } = setUp({ [path]: refusal(status) });
    const error = await failureOf(() => provider.anonymizeProcess(process, permit()));
    expect(error).toMatchObject({ errorClass, code, httpStatus: status });
  });

  test('at a tenant that has no such action refuses it, too', async () => {
    const error = await failureOf(() => setUp({}).provider.anonymizeProcess(process, permit()));
    expect(error).toMatchObject({ errorClass: 'permanent', code: 'anonymize-refused' });
  });
});

describe('reads beside the port', () => {
  test('lead from a process to the order of the commerce platform', async () => {
    const { reads } = setUp({
      'GET /api/processes/p1': { id: 'p1', orderRef: 'fft-1', tenantOrderId: 'A-1001' },
      'GET /api/orders/fft-1': vendorOrder(),
    });
    expect(await reads.readProcessOrderId('p1', signal)).toEqual({
      processId: 'p1',
      orderId: ORDER_ID,
      projectKey: 'shop',
      providerOrderId: 'fft-1',
      tenantOrderId: 'A-1001',
    });
  });

  test('tell a process that is not there, or its order, from one that is not ours', async () => {
    expect(await setUp({}).reads.readProcessOrderId('p1', signal)).toBeUndefined();
    const { reads } = setUp({
      'GET /api/processes/p1': { id: 'p1' },
      'GET /api/processes/p2': { id: 'p2', orderRef: 'x' },
    });
    expect(await reads.readProcessOrderId('p1', signal)).toMatchObject({ orderId: null, providerOrderId: null });
    expect(await reads.readProcessOrderId('p2', signal)).toBeUndefined();
  });

  test('never take an answer without the entity for one that is not ours', async () => {
    const { reads } = setUp({ 'GET /api/processes/p1': {}, 'GET /api/pickjobs/1': [] });
    expect(await failureOf(() => reads.readProcessOrderId('p1', signal))).toMatchObject({ errorClass: 'transient' });
    expect(await failureOf(() => reads.readPickJobProcessId('1', signal))).toMatchObject({ errorClass: 'transient' });
  });

  test('find the process of a pick job and of an item return job', async () => {
    const { reads } = setUp({
      'GET /api/pickjobs/1': { id: '1', processId: 'p1' },
      'GET /api/pickjobs/2': { id: '2' },
      'GET /api/itemreturnjobs/3': { id: '3', processRef: 'p3' },
    });
    expect(await reads.readPickJobProcessId('1', signal)).toBe('p1');
    expect(await reads.readPickJobProcessId('2', signal)).toBeNull();
    expect(await reads.readPickJobProcessId('9', signal)).toBeUndefined();
    expect(await reads.readItemReturnJobProcessId('3', signal)).toBe('p3');
  });

  test.each([
    [{ total: 3, loadUnits: [] }, 3],
    [{ loadUnits: [{}, {}] }, 2],
    [{ total: 0, loadUnits: [] }, 0],
  ])('count the load units in %j', async (list, amount) => {
    const { reads } = setUp({ 'GET /api/pickjobs/1/loadunits': list });
    expect(await reads.getLoadUnitsAmount('1', signal)).toBe(amount);
    expect(await reads.getLoadUnitsAmount('2', signal)).toBeUndefined();
  });

  test('do not take a broken list for an empty one', async () => {
    const { reads } = setUp({ 'GET /api/pickjobs/1/loadunits': { error: 1 } });
    expect(await failureOf(() => reads.getLoadUnitsAmount('1', signal))).toMatchObject({ errorClass: 'transient' });
  });
});
