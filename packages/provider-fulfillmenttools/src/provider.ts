import type {
  EffectPermit,
  FulfillmentProvider,
  FulfillmentRequest,
  PlacedOrder,
  ProviderProcess,
} from '@pipeline/fulfillment';
import { PipelineError, usePermit } from '@pipeline/streams';
import { toFields, toList, toText } from './fields.ts';
import type { CallAnswer, CallName } from './http/answerErrors.ts';
import { toPath, unlessGone } from './http/calls.ts';
import type { FulfillmenttoolsClient } from './http/client.ts';
import { toAmendment } from './mapping/amendment.ts';
import { defaultMappingConfig, type MappingConfig } from './mapping/mappingConfig.ts';
import type { TakeNote } from './mapping/notes.ts';
import type { OrderForCreation } from './mapping/orderForCreation.ts';
import { assertOrderForCreation } from './mapping/orderForCreationSchema.ts';
import { toOrderForCreation } from './mapping/toOrderForCreation.ts';
import { placedOrderShape, toPlacedOrder } from './mapping/toPlacedOrder.ts';
import { toIsoDay, toProviderProcess } from './mapping/toProviderProcess.ts';
import { applyTransform } from './mapping/transform/applyTransform.ts';
import type { RunningTransform } from './mapping/transform/startTransform.ts';
import { PROVIDER } from './providerName.ts';

/** Calls whose answers are read by `readOrder` alone. */
const ORDER = { reads: placedOrderShape };
const PLACE = { ...ORDER, method: 'POST', path: '/api/orders', write: true, permission: 'ORDER_WRITE' } as const;

/** Most orders asked for under one tenantOrderId: one live, the rest cancelled. */
const MOST_ORDERS = 100;

/** The fulfillment port over fulfillmenttools' API. Errors: those of the client, besides what the methods name. */
export function createFulfillmenttoolsProvider({
  client,
  mapping = defaultMappingConfig,
  transform,
}: {
  readonly client: FulfillmenttoolsClient;
  /** What an order carries. (Default: what was mapped before anything could be configured.) */
  readonly mapping?: MappingConfig;
  /** The shop's own code, which has the last word on it. (Default: none) */
  readonly transform?: RunningTransform | undefined;
}): FulfillmentProvider {
  /** The order as it is sent, with the shop's own code applied, and checked. */
  async function toBody(
    request: FulfillmentRequest,
    { signal, note = () => {} }: MakeOptions,
  ): Promise<OrderForCreation> {
    const mapped = toOrderForCreation(request, { config: mapping, note });
    assertOrderForCreation(mapped);
    return transform ? await applyTransform(mapped, request, { transform, signal }) : mapped;
  }

  async function getOrder(providerOrderId: string, signal: AbortSignal): Promise<PlacedOrder | undefined> {
    const call = { ...ORDER, method: 'GET', path: toPath('/api/orders', providerOrderId), write: false } as const;
    const answer = await unlessGone(client.call({ ...call, signal }));
    return answer && readOrder(answer, call);
  }

  async function searchIds(tenantOrderId: string, signal: AbortSignal): Promise<string[]> {
    const body = { query: { tenantOrderId: { eq: tenantOrderId } }, size: MOST_ORDERS };
    try {
      const call = { method: 'POST', path: '/api/orders/search', write: false } as const;
      return toIds(await client.call({ ...call, body, signal }), call);
    } catch (error) {
      // The search is in Beta: a tenant where it is refused still has the list.
      if (isRefusal(error)) return [];
      throw error;
    }
  }

  async function listIds(tenantOrderId: string, signal: AbortSignal): Promise<string[]> {
    const query = { tenantOrderId, size: MOST_ORDERS };
    const call = { method: 'GET', path: '/api/orders', write: false } as const;
    return toIds(await client.call({ ...call, query, signal }).catch(toListError), call);
  }

  async function actOnOrder(
    name: 'CANCEL' | 'UNLOCK',
    { providerOrderId, version }: { readonly providerOrderId: string; readonly version: number },
    permit: EffectPermit,
  ): Promise<PlacedOrder> {
    usePermit(permit);
    const path = toPath('/api/orders', providerOrderId, '/actions');
    const permission = name === 'CANCEL' ? 'ORDER_CANCEL' : 'ORDER_UNLOCK';
    const call = { ...ORDER, method: 'POST', path, write: true, permission } as const;
    const answer = client.call({ ...call, body: { name, version }, signal: permit.signal });
    return readOrder(await answer.catch(toActionError(`${name.toLowerCase()}-refused`)), call);
  }

  return {
    name: PROVIDER,
    prepare: (signal) => client.ready(signal),
    getOrder,

    /** As JSON. @throws PipelineError `permanent`, `mapping-…` or `transform-…`; `transient`, `transform-unloadable` or `transform-waited`. */
    async mapOrder(request, signal, warn) {
      const note: TakeNote = (each) => each.kind === 'warning' && warn?.(each.code);
      return { body: JSON.stringify(await toBody(request, { signal, note })) };
    },

    async placeOrder({ body }, permit) {
      if (typeof body !== 'string') throw new TypeError('This order was not mapped for fulfillmenttools.');
      usePermit(permit);
      const answer = client.call({ ...PLACE, json: body, signal: permit.signal });
      return readOrder(await answer.catch(toPlacementError), PLACE);
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
    cancelOrder: (order, permit) => actOnOrder('CANCEL', order, permit),

    /** @throws PipelineError `conflict` for an old version, `permanent` `unlock-refused`, `gone`. */
    unlockOrder: (order, permit) => actOnOrder('UNLOCK', order, permit),

    async compareOrder({ providerOrderId, part, content, request }, signal) {
      const call = { method: 'GET', path: toPath('/api/orders', providerOrderId), write: false } as const;
      const answer = await unlessGone(client.call({ ...call, signal }));
      if (!answer) return undefined;
      if (transform && part === 'address' && !request) throw cannotTransform(transform.name);
      const own = transform && request && part === 'address' ? await toBody(request, { signal }) : undefined;
      const asked = { part, content, consumer: own?.consumer };
      return { ...readOrder(answer, call), ...toAmendment(answer.body, asked, mapping) };
    },

    /** @throws PipelineError `conflict` for an old version, `permanent` `amend-refused`, `gone`. */
    async amendOrder({ providerOrderId, version, change }, permit) {
      usePermit(permit);
      const path = toPath('/api/orders', providerOrderId);
      const call = { ...ORDER, method: 'PATCH', path, write: true, permission: 'ORDER_WRITE' } as const;
      const body = { version, ...toFields(change) };
      const answer = client.call({ ...call, body, signal: permit.signal });
      return readOrder(await answer.catch(toActionError('amend-refused')), call);
    },

    async getProcess(processId, signal) {
      const call = { method: 'GET', path: toPath('/api/processes', processId), write: false } as const;
      const answer = await unlessGone(client.call({ ...call, signal }));
      return answer && readProcess(answer, call);
    },

    /**
     * The vendor has no call that erases at once: this brings the date of its clean-up forward (the API description of
     * 2026-08-21, `POST /api/processes/{id}/actions`; needs PROCESS_WRITE). Older tenants answer with a refusal.
     * @throws PipelineError `conflict` for an old version, `permanent` `anonymize-refused`.
     */
    async anonymizeProcess({ processId, version, at }, permit) {
      usePermit(permit);
      const path = toPath('/api/processes', processId, '/actions');
      const call = { method: 'POST', path, write: true, permission: 'PROCESS_WRITE' } as const;
      const body = { name: 'UPDATE_GDPR_CLEANUP_DATE', version, gdprCleanupDate: toIsoDay(at) };
      const answer = client.call({ ...call, body, signal: permit.signal });
      return readProcess(await answer.catch(toAnonymizeError), call);
    },
  };
}

interface MakeOptions {
  readonly signal: AbortSignal;
  /** (Default: nobody hears what is left out.) */
  readonly note?: TakeNote;
}

const cannotTransform = (name: string): PipelineError =>
  new PipelineError(
    'permanent',
    'amend-not-routable',
    `The order could not be placed as it was: its shipping method or facility has changed. So ${name} cannot be asked what becomes of its address. Change the address at fulfillmenttools.`,
    { stage: 'map', notSent: true },
  );

/** An order in an answer. One that cannot be read says nothing about whether the write behind it happened: it did or not. */
function readOrder(answer: CallAnswer, call: CallName): PlacedOrder {
  return toPlacedOrder(answer.body) ?? throwUnreadable(answer, call, 'order');
}

function readProcess(answer: CallAnswer, call: CallName): ProviderProcess {
  return toProviderProcess(answer.body) ?? throwUnreadable(answer, call, 'process');
}

function throwUnreadable({ status }: CallAnswer, call: CallName, what: string): never {
  const next = call.write ? ' It probably took effect: look before it is sent again.' : '';
  throw new PipelineError(
    call.write ? 'unknown-outcome' : 'transient',
    'provider-answer-broken',
    `${call.method} ${call.path} at fulfillmenttools was answered ${status} without a readable ${what}.${next}`,
    { stage: 'call', httpStatus: status },
  );
}

/** Only a list says that there is none: whoever takes something else for it would place the order again. */
function toIds(answer: CallAnswer, call: CallName): string[] {
  const { orders } = toFields(answer.body);
  if (!Array.isArray(orders)) return throwUnreadable(answer, call, 'list');
  return toList(orders).flatMap((order) => toText(order.id) ?? []);
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

/** A 409 is about the version, also when it does not name one. */
const toActionError =
  (code: string) =>
  (error: unknown): never => {
    if (error instanceof PipelineError && error.errorClass === 'permanent' && error.code === 'provider-refused') {
      if (error.httpStatus === 409) throw rename(error, 'conflict', 'provider-conflict');
      throw rename(error, 'permanent', code);
    }
    throw error;
  };

/** The process was there a moment ago: a 404 says that the tenant has no such action. */
function toAnonymizeError(error: unknown): never {
  if (error instanceof PipelineError && error.errorClass === 'gone')
    throw rename(error, 'permanent', 'anonymize-refused');
  return toActionError('anonymize-refused')(error);
}

function rename(error: PipelineError, errorClass: PipelineError['errorClass'], code: string): PipelineError {
  const status = error.httpStatus === undefined ? {} : { httpStatus: error.httpStatus };
  return new PipelineError(errorClass, code, error.message, { stage: 'call', cause: error, ...status });
}
