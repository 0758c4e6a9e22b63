import { createHash } from 'node:crypto';
import type { Placed } from '../placeOrders.ts';
import type { CommercetoolsApi } from '../simulatorApi.ts';

/** Share of the orders that the shop cancels. */
const SHARE = 0.2;
/** Some before they are placed, most while they are worked on, some too late. In milliseconds. */
const EARLIEST = 300;
const LATEST = 12_000;

/** When the shop cancels an order, in milliseconds after it was made; undefined: never. Seed and order number decide. */
export function cancelsAfter(seed: number, orderNumber: string): number | undefined {
  const bytes = createHash('sha256').update(`${seed} ${orderNumber}`).digest();
  const [dice, when] = [0, 4].map((at) => bytes.readUInt32BE(at) / 2 ** 32) as [number, number];
  // Early ones are of more interest: most of what can happen happens there.
  return dice < SHARE ? Math.round(EARLIEST + when ** 2 * (LATEST - EARLIEST)) : undefined;
}

export interface ShopCancels {
  onPlaced(placed: Placed): void;
  /** Orders that are to be cancelled and are not yet. */
  readonly pending: number;
}

/** A shop whose customers change their minds. Keeps no process; what fails is thrown by `pending`. */
export function createShopCancels(commercetools: Pick<CommercetoolsApi, 'cancel'>, seed: number): ShopCancels {
  let pending = 0;
  let failure: Error | undefined;
  return {
    onPlaced({ id, orderNumber }) {
      const ms = cancelsAfter(seed, orderNumber);
      if (ms === undefined) return;
      pending++;
      const cancel = () =>
        commercetools
          .cancel({ id })
          .catch((error: unknown) => void (failure = error as Error))
          .finally(() => void pending--);
      setTimeout(() => void cancel(), ms).unref();
    },
    get pending() {
      if (failure) throw failure;
      return pending;
    },
  };
}
