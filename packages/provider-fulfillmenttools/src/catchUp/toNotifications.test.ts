import { expect, it } from 'vitest';
import { parseNotification } from '../webhook/notification.ts';
import { mappedEvents } from '../webhook/toFulfillmentEvent.ts';
import type { ReadEntity, ReadKind } from './readProcess.ts';
import { toBytes, toNotifications } from './toNotifications.ts';

const entity = (kind: ReadKind, fields: object = {}): ReadEntity => ({
  ...{ kind, id: 'e', version: 3, entity: { id: 'e', version: 3, ...fields } },
});
const eventOf = (kind: ReadKind, fields: object) =>
  toNotifications({ entities: [entity(kind, fields)], anonymized: null })[0]?.event;

it.each([
  ['order', { status: 'OPEN' }, 'ORDER_MODIFIED'],
  ['order', { status: 'CANCELLED' }, 'ORDER_CANCELLED'],
  ['order', { status: 'OBSOLETE' }, 'ORDER_CANCELLED_BY_EXPIRY'],
  ['routingPlan', { status: 'ROUTED', childRoutingPlanRef: 'c' }, 'ROUTING_PLAN_ROUTED'],
  ['routingPlan', { status: 'OBSOLETE', childRoutingPlanRef: 'c' }, 'ROUTING_PLAN_SPLITTED'],
  ['routingPlan', { status: 'NOT_ROUTABLE' }, 'ROUTING_PLAN_NOT_ROUTABLE'],
  ['pickJob', { status: 'PICKED' }, 'PICK_JOB_PICKING_FINISHED'],
  ['pickJob', { status: 'CLOSED' }, 'PICK_JOB_PICKING_FINISHED'],
  ['pickJob', { status: 'constructor' }, 'PICK_JOB_OPENED'],
  ['packJob', { status: 'CLOSED' }, 'PACK_JOB_CLOSED'],
  ['shipment', {}, 'SHIPMENT_UPDATED'],
  ['parcel', { status: 'FAILED' }, 'PARCEL_CARRIER_FAILED'],
  ['parcel', { status: 'DONE', result: { trackingStatus: 'delivered' } }, 'PARCEL_TRACK_AND_TRACE_STATUS_UPDATED'],
  ['handoverJob', { status: 'HANDED_OVER' }, 'HANDOVERJOB_HANDED_OVER'],
  ['handoverJob', { status: 'NEVER_HEARD_OF' }, 'HANDOVERJOB_CREATED'],
  ['returnJob', { status: 'OPEN' }, 'ITEM_RETURN_JOB_UPDATED'],
] as const)('a %s with %o is told of as %3$s, which is mapped', (kind, fields, event) => {
  expect(eventOf(kind, fields)).toBe(event);
  expect(mappedEvents).toContain(event);
});

it('tells the entity as it was read, under the same id for the same version, and nothing that is known', () => {
  const entities = [entity('order', { status: 'OPEN' }), { ...entity('pickJob'), id: 'p' }];
  const isKnown = ({ id, version }: { id: string; version: number }) => id === 'p' && version === 3;
  const told = toNotifications({ entities, anonymized: null }, isKnown);
  expect(told).toEqual([
    { event: 'ORDER_MODIFIED', eventId: 'catch-up-order-e-3', payload: { id: 'e', version: 3, status: 'OPEN' } },
  ]);
  expect(told.map((notification) => parseNotification(toBytes(notification)))).toEqual(told);
});

it('tells load units with their pick job, also that they are not to be had, and takes no nonsense for them', () => {
  const job = entity('pickJob', { status: 'CLOSED' });
  for (const loadUnitsAmount of [2, 0, null]) {
    const told = toNotifications({ entities: [{ ...job, loadUnitsAmount }], anonymized: null });
    expect(told).toMatchObject([{ event: 'PICK_JOB_PICKING_FINISHED', loadUnitsAmount }]);
    expect(told.map((notification) => parseNotification(toBytes(notification)))).toEqual(told);
  }
  for (const loadUnitsAmount of [-1, 1.5, '2', {}, 2 ** 53]) {
    const bytes = Buffer.from(JSON.stringify({ event: 'E', eventId: 'e', payload: {}, loadUnitsAmount }));
    expect(parseNotification(bytes)).toEqual({ event: 'E', eventId: 'e', payload: {} });
  }
});

it('tells of a process that was made anonymous', () => {
  const anonymized = { id: 'process-1', isAnonymized: true };
  expect(toNotifications({ entities: [], anonymized })).toMatchObject([
    { event: 'PROCESS_ANONYMIZED', payload: anonymized },
  ]);
});
