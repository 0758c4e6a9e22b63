/**
 * Places an order at the commercetools simulator of this container and shows it until its ShipmentState is written:
 * `docker compose exec commercetools node sandbox/src/container/order.main.ts`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { orderByHand } from '../orderByHand.ts';
import { createCommercetoolsApi } from '../simulatorApi.ts';

const TIMEOUT_MS = 120_000;

const commercetools = createCommercetoolsApi('http://127.0.0.1:8091');
const { id } = await commercetools.createOrder(orderByHand);
console.log(`Placed ${id}`);

const deadline = Date.now() + TIMEOUT_MS;
for (let shown = ''; ; await sleep(200)) {
  const order = (await commercetools.orders()).find((one) => one.id === id);
  const now = `${order?.shipmentState ?? '-'} ${JSON.stringify(order?.custom ?? {})}`;
  if (now !== shown) console.log((shown = now));
  if (order?.shipmentState === 'Shipped') break;
  if (Date.now() > deadline) throw new Error('Not shipped in time. docker compose ps says what is not healthy.');
}
