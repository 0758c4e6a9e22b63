import { PipelineError } from '@pipeline/streams';
import { toFields, toList, toText } from './fields.ts';
import { toPath, unlessGone } from './http/calls.ts';
import type { FulfillmenttoolsClient } from './http/client.ts';
import { toCommerceOrderId, toProjectKey } from './mapping/commerceOrder.ts';

/** What a process leads to. */
export interface ProcessOrder {
  readonly processId: string;
  /** Order id of the commerce platform in the order's attributes; null: none, so the process is not ours. */
  readonly orderId: string | null;
  readonly projectKey: string | null;
  readonly providerOrderId: string | null;
  readonly tenantOrderId: string | null;
}

/** Reads beside the fulfillment port, for notifications that do not say enough. Each is one or two GETs by id. */
export interface FulfillmenttoolsReads {
  /** The order behind a process; undefined: the process, or its order, is not there (any more, or yet). Two calls. */
  readProcessOrderId(processId: string, signal: AbortSignal): Promise<ProcessOrder | undefined>;
  /** The process of a pick job; null: it has none; undefined: the pick job no longer exists. */
  readPickJobProcessId(pickJobId: string, signal: AbortSignal): Promise<string | null | undefined>;
  /** The process of an item return job; null: it has none; undefined: the job no longer exists. */
  readItemReturnJobProcessId(itemReturnJobId: string, signal: AbortSignal): Promise<string | null | undefined>;
  /** How many load units a pick job has now; undefined: the pick job no longer exists. */
  getLoadUnitsAmount(pickJobId: string, signal: AbortSignal): Promise<number | undefined>;
}

/** Reads over the client; every method rejects with a `PipelineError` and with nothing else. */
export function createFulfillmenttoolsReads({
  client,
}: {
  readonly client: Pick<FulfillmenttoolsClient, 'call'>;
}): FulfillmenttoolsReads {
  /** The body; undefined: 404. */
  async function get(path: `/${string}`, signal: AbortSignal) {
    const answer = await unlessGone(client.call({ method: 'GET', path, signal, write: false }));
    return answer && toFields(answer.body);
  }

  /** The entity; an answer that is another one, or none, is broken. */
  async function getEntity(collection: `/${string}`, id: string, signal: AbortSignal) {
    const path = toPath(collection, id);
    const entity = await get(path, signal);
    if (entity && toText(entity.id) === null) throw brokenAnswer(path);
    return entity;
  }

  return {
    async readProcessOrderId(processId, signal) {
      const process = await getEntity('/api/processes', processId, signal);
      if (process === undefined) return undefined;
      const orderRef = toText(process.orderRef);
      const order = orderRef === null ? {} : await getEntity('/api/orders', orderRef, signal);
      if (order === undefined) return undefined;
      const attributes = toFields(order.customAttributes);
      return {
        processId,
        orderId: toCommerceOrderId(attributes),
        projectKey: toProjectKey(attributes),
        providerOrderId: orderRef,
        tenantOrderId: toText(order.tenantOrderId) ?? toText(process.tenantOrderId),
      };
    },

    async readPickJobProcessId(pickJobId, signal) {
      const pickJob = await getEntity('/api/pickjobs', pickJobId, signal);
      return pickJob && toText(pickJob.processId);
    },

    async readItemReturnJobProcessId(itemReturnJobId, signal) {
      const job = await getEntity('/api/itemreturnjobs', itemReturnJobId, signal);
      return job && toText(job.processRef);
    },

    async getLoadUnitsAmount(pickJobId, signal) {
      const path = toPath('/api/pickjobs', pickJobId, '/loadunits');
      const list = await get(path, signal);
      if (list === undefined) return undefined;
      if (typeof list.total === 'number' && Number.isSafeInteger(list.total) && list.total >= 0) return list.total;
      if (Array.isArray(list.loadUnits)) return toList(list.loadUnits).length;
      throw brokenAnswer(path);
    },
  };
}

function brokenAnswer(path: string): PipelineError {
  const message = `GET ${path} at fulfillmenttools was answered with something else than what was asked for.`;
  return new PipelineError('transient', 'provider-answer-broken', message, { stage: 'call' });
}
