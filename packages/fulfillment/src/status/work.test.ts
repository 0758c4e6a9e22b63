import { expect, test } from 'vitest';
import {
  aFulfillmentEvent,
  aHandoverJob,
  aParcel,
  aPickJob,
  aProviderOrder,
  aRoutingPlan,
  aShipment,
} from '../testkit/index.ts';
import { desired } from './desired.ts';
import { evolve } from './evolve.ts';
import { statusPresets } from './policy.ts';

type Part = Parameters<typeof aFulfillmentEvent>[0];

const statusOf = (parts: readonly Part[]) => {
  const state = parts.reduce<ReturnType<typeof evolve> | undefined>(
    (folded, part) => evolve(folded, aFulfillmentEvent(part)),
    undefined,
  );
  return desired(state ?? expect.fail('no parts'), statusPresets.docs);
};
const shipmentState = (...parts: readonly Part[]) => statusOf(parts).shipmentState;

const picked = { articleId: 'sku-1', quantity: 1, picked: 1 };
const order: Part = { order: aProviderOrder() };
const pick = (over: Parameters<typeof aPickJob>[0] = {}): Part => ({
  pickJob: aPickJob({ status: 'CLOSED', lines: [picked], ...over }),
});
const given = (over: Parameters<typeof aHandoverJob>[0] = {}): Part => ({
  handoverJob: aHandoverJob({
    version: 2,
    status: 'HANDED_OVER',
    lines: [{ articleId: 'sku-1', quantity: 1, handedOver: 1, refused: 0 }],
    ...over,
  }),
});
/** As the vendor tells of it: it leads to its pick job by the shipment alone. */
const parcel = (id: string, trackingStatus: string | null = null): Part => ({
  parcel: aParcel({ id, pickJobId: null, shipmentId: 'shipment-1', trackingStatus }),
});
const shipment = (...ids: readonly string[]): Part => ({
  shipment: aShipment({ parcels: ids.map((id) => ({ id, status: 'DONE', trackingNumber: null })) }),
});

test('an order is not Delivered before all parcels of its shipments are', () => {
  const byShipment = given({ shipmentId: 'shipment-1' });
  const named = given({ shipmentId: 'shipment-1', parcelId: 'parcel-1' });
  for (const handover of [byShipment, named]) {
    const arrived = [order, pick(), handover, parcel('parcel-1', 'delivered')];
    expect(shipmentState(...arrived, shipment('parcel-1', 'parcel-2'))).toBe('Shipped');
    expect(shipmentState(...arrived, shipment('parcel-1', 'parcel-2'), parcel('parcel-2', 'delivered'))).toBe(
      'Delivered',
    );
    expect(shipmentState(...arrived, shipment('parcel-1'))).toBe('Delivered');
  }
});

test('an order is not Delivered before the shipment is known that says which parcels there are', () => {
  const arrived = [order, pick(), given({ shipmentId: 'shipment-1' }), parcel('parcel-1', 'delivered')];
  expect(shipmentState(...arrived)).toBe('Shipped');
  const unnamed = [order, pick(), given(), parcel('parcel-1', 'delivered')];
  expect(shipmentState(...unnamed)).toBe('Shipped');
  expect(shipmentState(...unnamed, shipment('parcel-1'))).toBe('Delivered');
});

test('a parcel that a shipment lists as dead is not waited for, nor one of a shipment that is dropped', () => {
  const arrived = [order, pick(), given({ parcelId: 'parcel-1', shipmentId: 'shipment-1' })];
  const dead = { id: 'parcel-2', status: 'CANCELED', trackingNumber: null } as const;
  const one = { id: 'parcel-1', status: 'DONE', trackingNumber: null } as const;
  const delivered = [...arrived, parcel('parcel-1', 'delivered')];
  expect(shipmentState(...delivered, { shipment: aShipment({ parcels: [one, dead] }) })).toBe('Delivered');
  const dropped = aShipment({ id: 'shipment-0', status: 'CANCELED', parcels: [{ ...dead, status: 'OPEN' }] });
  expect(shipmentState(...delivered, shipment('parcel-1'), { shipment: dropped })).toBe('Delivered');
});

test('a parcel of a pick job that was aborted or rerouted keeps nothing open, whichever way it leads there', () => {
  const ways: readonly Part[][] = [
    [{ parcel: aParcel({ id: 'lost', pickJobId: 'pick-0' }) }],
    [
      { parcel: aParcel({ id: 'lost', pickJobId: null, shipmentId: 'shipment-0' }) },
      { shipment: aShipment({ id: 'shipment-0', pickJobId: 'pick-0' }) },
    ],
    [
      {
        shipment: aShipment({
          id: 'shipment-0',
          pickJobId: 'pick-0',
          parcels: [{ id: 'lost', status: 'DONE', trackingNumber: null }],
        }),
      },
    ],
  ];
  const arrived = [order, pick(), given(), parcel('parcel-1', 'delivered'), shipment('parcel-1')];
  const refused = given({ lines: [{ articleId: 'sku-1', quantity: 1, handedOver: 1, refused: 0 }] });
  for (const lost of ways) {
    for (const status of ['ABORTED', 'REROUTED', 'CANCELED'] as const) {
      expect(shipmentState(...arrived, ...lost, pick({ id: 'pick-0', status, lines: [] }))).toBe('Delivered');
      const short = pick({ lines: [{ ...picked, quantity: 2 }] });
      const two: Part = { order: aProviderOrder({ lines: [{ articleId: 'sku-1', quantity: 2 }] }) };
      expect(shipmentState(two, short, refused, ...lost, pick({ id: 'pick-0', status, lines: [] }))).toBe('Shipped');
    }
  }
});

test('a parcel of a dead pick job that left all the same counts', () => {
  const left = [
    ...[order, pick({ status: 'ABORTED' }), given({ parcelId: 'parcel-1' })],
    ...[parcel('parcel-1'), shipment('parcel-1')],
  ];
  expect(shipmentState(...left)).toBe('Shipped');
  expect(shipmentState(...left, { parcel: aParcel({ version: 2, trackingStatus: 'delivered' }) })).toBe('Delivered');
});

test('a parcel of a leg between two facilities is not the customer’s, also when only its shipment says so', () => {
  const leg = [
    pick({ id: 'leg', internal: true }),
    { parcel: aParcel({ id: 'between', pickJobId: null, shipmentId: 'shipment-0' }) },
    { shipment: aShipment({ id: 'shipment-0', pickJobId: 'leg' }) },
  ];
  expect(shipmentState(...leg, order, pick(), given(), parcel('parcel-1', 'delivered'), shipment('parcel-1'))).toBe(
    'Delivered',
  );
});

const two = [{ articleId: 'sku-1', quantity: 2 }];
const shortOfOne = [
  { order: aProviderOrder({ lines: two }) },
  pick({ routingPlanId: 'plan-1', lines: [{ articleId: 'sku-1', quantity: 2, picked: 1 }] }),
  given(),
];

test.each(['WAITING', 'NOT_ROUTABLE', 'ROUTED'] as const)(
  'the %s first plan of an order that comes late, after the pick jobs of other plans, opens nothing again',
  (status) => {
    const root: Part = { routingPlan: aRoutingPlan({ id: 'plan-0', status, lines: two }) };
    expect(statusOf(shortOfOne)).toMatchObject({ shipmentState: 'Shipped', alerts: [] });
    expect(statusOf([...shortOfOne, root])).toMatchObject({ shipmentState: 'Shipped', alerts: [] });
  },
);

test('a plan for goods that were not found keeps the order open, also without a parent', () => {
  const again: Part = {
    routingPlan: aRoutingPlan({ id: 'plan-2', status: 'WAITING', lines: [{ articleId: 'sku-1', quantity: 1 }] }),
  };
  expect(statusOf([...shortOfOne, again])).toMatchObject({ shipmentState: 'Partial', alerts: ['waiting'] });
});

test('a plan for everything after its pick job was rerouted is waited for', () => {
  const lost = pick({ status: 'REROUTED', routingPlanId: 'plan-0', lines: [] });
  const next: Part = { routingPlan: aRoutingPlan({ id: 'plan-1', status: 'WAITING' }) };
  expect(statusOf([order, lost, next]).alerts).toEqual(['waiting']);
});
