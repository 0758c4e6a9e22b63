import { type OrderFulfillmentState } from '@pipeline/schemas/types';
import { evolve } from '@pipeline/fulfillment';
import { aLedgerEntry, aPlacement, NOON, ORDER_ID } from '@pipeline/fulfillment/testkit';
import { PipelineError } from '@pipeline/streams';
import {
  type LivedOrder,
  liveOrder,
  type OrderToLive,
} from '../../../../simulators/fulfillmenttools/src/testing/liveOrder.ts';
import type { CallRequest, FulfillmenttoolsClient } from '../http/client.ts';
import { toPlacedOrder } from '../mapping/toPlacedOrder.ts';
import type { FulfillmenttoolsNotification } from '../webhook/notification.ts';
import { toFulfillmentEvent } from '../webhook/toFulfillmentEvent.ts';

/** What an order of the simulator has been through, without server and network. */
export interface LivedProcess {
  readonly processId: string;
  /** All that its webhooks would have brought, in order. */
  readonly notifications: readonly FulfillmenttoolsNotification[];
  /** Answers GETs by id as the simulated cloud is now. */
  readonly client: Pick<FulfillmenttoolsClient, 'call'>;
  /** Paths that were asked for. */
  readonly asked: string[];
  /** What the status-writer makes of these, beside the ledger's entry. */
  fold(notifications: readonly FulfillmenttoolsNotification[]): OrderFulfillmentState;
}

export function liveProcess(order: OrderToLive): LivedProcess {
  const lived = liveOrder(order);
  const { record, events } = lived;
  const { processId } = record.order;
  const asked: string[] = [];
  const entry = toLedgerEntry(lived);
  return {
    processId,
    asked,
    notifications: events.map(({ event, payload, beside }, index) => ({
      event,
      eventId: `event-${index}`,
      payload: structuredClone(payload) as unknown,
      ...beside,
    })),
    client: { call: (request) => answer(lived, request, asked) },
    fold: (notifications) =>
      notifications
        .flatMap((notification) => toFulfillmentEvent(notification, { ...context, processId }) ?? [])
        .reduce(evolve, evolve(undefined, entry)),
  };
}

const context = {
  orderId: ORDER_ID,
  projectKey: 'shop',
  instance: 'default',
  receivedAt: NOON,
  // As it is read beside the event; how many there are is not what these tests are about.
  loadUnitsAmount: 1,
};

function toLedgerEntry({ events }: LivedOrder) {
  const placed = toPlacedOrder(events[0]?.payload);
  if (!placed) throw new Error('The life does not begin with its order.');
  const { providerOrderId, processId, tenantOrderId, collect, lines } = placed;
  return aLedgerEntry({ placements: [aPlacement({ providerOrderId, processId, tenantOrderId, collect, lines })] });
}

function answer({ world: { state } }: LivedOrder, { path }: CallRequest, asked: string[]) {
  asked.push(path);
  if (path.endsWith('/loadunits')) return Promise.resolve({ status: 200, body: { loadUnits: [], total: 1 } });
  const [, collection = '', id = ''] = /^\/api\/(\w+)\/(.+)$/.exec(path) ?? [];
  const orders = new Map(state.orders.all().map(({ order }) => [order.id, order]));
  const entities: Readonly<Record<string, ReadonlyMap<string, object>>> = {
    orders,
    processes: state.processes,
    routingplans: state.routingPlans,
    pickjobs: state.pickJobs,
    packjobs: state.packJobs,
    shipments: state.shipments,
    parcels: state.parcels,
    handoverjobs: state.handoverJobs,
    itemreturnjobs: state.itemReturnJobs,
  };
  const body = entities[collection]?.get(id);
  if (body) return Promise.resolve({ status: 200, body: structuredClone(body) as unknown });
  return Promise.reject(new PipelineError('gone', 'provider-gone', `GET ${path}: 404`, { httpStatus: 404 }));
}
