import { defineRow } from '../row.ts';
import { lifeOf, openOrders, tellInTurn } from './statusOrders.ts';
import { countStates } from './statusRequests.ts';

export const splitOrder = defineRow({
  row: 68,
  title: 'an order is split into two pick jobs, one is handed over → Partial, then Shipped with the parcels of both',
  level: 'process',
  invariants: ['I3', 'I4'],
  ci: { orders: 16 },
  full: { orders: 500 },
  atLeast: { orders: 16, deliveries: 16, parcels: 16 },
  async run(world, { orders }) {
    await world.start('status-writer');
    const opened = await openOrders(world, orders);
    const parts = (['a', 'b'] as const).map((part, index) =>
      opened.map((order) => lifeOf(order, { part, lines: order.lines.slice(index, index + 1) })),
    );
    const [a = [], b = []] = parts;
    await tellInTurn(world, [
      [...a, ...b].flatMap(({ created, picking }) => [created, picking]),
      // The parts come in turns, each order another way round.
      opened.flatMap((_, index) => {
        const [first, second] = index % 4 < 2 ? [a[index], b[index]] : [b[index], a[index]];
        return first && second ? [first.ready, second.picked, first.handedOver, first.parcel] : [];
      }),
    ]);
    world.claim('I4', 'with one part handed over', { Partial: orders }, await countStates(world));
    await tellInTurn(world, [
      opened.flatMap((_, index) => {
        const second = index % 4 < 2 ? b[index] : a[index];
        return second ? [second.parcel, second.ready, second.handedOver] : [];
      }),
    ]);
    const ends = { Shipped: orders / 2, Delivered: orders / 2 };
    world.claim('I4', 'with both handed over', ends, await countStates(world));
    const shipped = opened.filter(({ collect }) => !collect);
    const found = await Promise.all(shipped.map(({ id }) => world.readOrder(id)));
    const deliveries = found.flatMap((order) => order.shippingInfo?.deliveries ?? []);
    const goods = found.map((order) => sumUp(order.shippingInfo?.deliveries ?? []));
    const ordered = found.map((order) => sumUp([{ items: order.lineItems }]));
    world.claim('I4', 'goods in deliveries', ordered, goods);
    const numbers = deliveries.flatMap(({ parcels }) => parcels.map(({ trackingData }) => trackingData?.trackingId));
    world.claim('I4', 'numbers of parcels', ['T-a', 'T-b'], [...new Set(numbers)].sort());
    world.claim('I5', 'dead letters', 0, await world.kafka.deadLetters());
    return { deliveries: deliveries.length, parcels: numbers.length };
  },
});

/** Pieces by line item. */
function sumUp(
  deliveries: readonly { readonly items: readonly { readonly id: string; readonly quantity: number }[] }[],
) {
  const sums: Record<string, number> = {};
  for (const { id, quantity } of deliveries.flatMap(({ items }) => items)) sums[id] = (sums[id] ?? 0) + quantity;
  return Object.fromEntries(Object.entries(sums).sort());
}
