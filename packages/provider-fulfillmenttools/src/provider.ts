import type { FulfillmentProvider, PlacedOrder } from '@pipeline/fulfillment';
import { PipelineError, usePermit } from '@pipeline/streams';
import { toFields, toList, toText } from './fields.ts';
import type { CallAnswer, CallName } from './http/answerErrors.ts';
import { toPath, unlessGone } from './http/calls.ts';
import type { FulfillmenttoolsClient } from './http/client.ts';
import { assertOrderForCreation } from './mapping/orderForCreationSchema.ts';
import { toOrderForCreation } from './mapping/toOrderForCreation.ts';
import { toPlacedOrder } from './mapping/toPlacedOrder.ts';
import { PROVIDER } from './providerName.ts';

/** Most orders asked for under one tenantOrderId: one live, the rest cancelled. */
const MOST_ORDERS = 100;

/** The fulfillment port over fulfillmenttools' API. Errors: those of the client, besides what the methods name. */
export function createFulfillmenttoolsProvider({
  client,
}: {
  readonly client: FulfillmenttoolsClient;
}): FulfillmentProvider {
  async function getOrder(providerOrderId: string, signal: AbortSignal): Promise<PlacedOrder | undefined> {
    const call = { method: 'GET', path: toPath('/api/orders', providerOrderId), write: false } as const;
    const answer = await unlessGone(client.call({ ...call, signal }));
    return answer && readOrder(answer, call);
  }

  async function searchIds(tenantOrderId: string, signal: AbortSignal): Promise<string[]> {
    const body = { query: { tenantOrderId: { eq: tenantOrderId } }, size: MOST_ORDERS };
    try {
      const answer = await client.call({ method: 'POST', path: '/api/orders/search', body, signal, write: false });
      return toIds(answer);
    } catch (error) {
      // The search is in Beta: a tenant where it is refused still has the list.
      if (isRefusal(error)) return [];
      throw error;
    }
  }

  async function listIds(tenantOrderId: string, signal: AbortSignal): Promise<string[]> {
    const query = { tenantOrderId, size: MOST_ORDERS };
    const call = { method: 'GET', path: '/api/orders', write: false } as const;
    return toIds(await client.call({ ...call, query, signal }).catch(toListError));
  }

  return {
    name: PROVIDER,
    prepare: (signal) => client.ready(signal),
    getOrder,

    /** @throws PipelineError `permanent` also for an order that cannot be mapped (`mapping-…`, with `notSent`). */
    async placeOrder(request, permit) {
      usePermit(permit);
      const body = toOrderForCreation(request);
      assertOrderForCreation(body);
      const call = { method: 'POST', path: '/api/orders', write: true } as const;
      return readOrder(await client.call({ ...call, body, signal: permit.signal }).catch(toPlacementError), call);
    },

    async findOrders(tenantOrderId, signal) {
      const ids = new Set([...(await searchIds(tenantOrderId, signal)), ...(await listIds(tenantOrderId, signal))]);
      const orders: PlacedOrder[] = [];
      for (const id of ids) {
        const order = await getOrder(id, signal);
        if (order?.tenantOrderId === tenantOrderId) orders.push(order);
      }
      return orders;
    },

    /** @throws PipelineError `conflict` for an old version, `permanent` `cancel-refused`, `gone`. */
    async cancelOrder(order, permit) {
      usePermit(permit);
      const path = toPath('/api/orders', order.providerOrderId, '/actions');
      const call = { method: 'POST', path, write: true } as const;
      const body = { name: 'CANCEL', version: order.version };
      return readOrder(await client.call({ ...call, body, signal: permit.signal }).catch(toCancelError), call);
    },
  };
}

/** An order in an answer. One that cannot be read says nothing about whether the write behind it happened: it did or not. */
function readOrder(answer: CallAnswer, call: CallName): PlacedOrder {
  const order = toPlacedOrder(answer.body);
  if (order !== undefined) return order;
  const next = call.write ? ' It probably took effect: look before it is sent again.' : '';
  throw new PipelineError(
    call.write ? 'unknown-outcome' : 'transient',
    'provider-answer-broken',
    `${call.method} ${call.path} at fulfillmenttools was answered ${answer.status} without a readable order.${next}`,
    { stage: 'call', httpStatus: answer.status },
  );
}

function toIds({ body }: CallAnswer): string[] {
  return toList(toFields(body).orders).flatMap((order) => toText(order.id) ?? []);
}

function isRefusal(error: unknown): boolean {
  return error instanceof PipelineError && (error.errorClass === 'permanent' || error.errorClass === 'gone');
}

/** Nothing can be gone that is only to be made: a 404 is about something that the order names. */
function toPlacementError(error: unknown): never {
  if (error instanceof PipelineError && error.errorClass === 'gone')
    throw rename(error, 'permanent', 'provider-refused');
  throw error;
}

/** The list itself is never gone: a 404 is some gateway's, and says nothing about the orders. */
function toListError(error: unknown): never {
  if (error instanceof PipelineError && error.errorClass === 'gone')
    throw rename(error, 'transient', 'provider-answer-broken');
  throw error;
}

function toCancelError(error: unknown): never {
  if (error instanceof PipelineError && error.errorClass === 'permanent' && error.code === 'provider-refused') {
    if (error.httpStatus === 409) throw rename(error, 'conflict', 'provider-conflict');
    throw rename(error, 'permanent', 'cancel-refused');
  }
  throw error;
}

function rename(error: PipelineError, errorClass: PipelineError['errorClass'], code: string): PipelineError {
  const status = error.httpStatus === undefined ? {} : { httpStatus: error.httpStatus };
  return new PipelineError(errorClass, code, error.message, { stage: 'call', cause: error, ...status });
}
