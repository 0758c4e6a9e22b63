import { startRecorder } from '../world/recorder.ts';
import type { World } from '../world/world.ts';

/** Orders are placed while nobody listens but us: what commercetools would have pushed of them. */
export async function placeUntold(world: World, orders: number): Promise<readonly Buffer[]> {
  const recorder = await startRecorder();
  try {
    await world.commercetools.push(recorder.url, 'nobody');
    await world.place(orders);
    await world.until('all was told', async () => (await world.commercetools.deliveries()).pending === 0);
    return recorder.bodies;
  } finally {
    await recorder.close();
  }
}
