import { setTimeout as sleep } from 'node:timers/promises';
import { aDemoOrder, simulatorCredentials } from '@pipeline/sandbox';
import type { PlacedOrder } from '../checker/history.ts';
import { readOrder, type ShopOrder } from './shop.ts';
import type { Vendors } from './vendors.ts';

/** What the shop does. */
export interface Orders {
  readonly placed: readonly PlacedOrder[];
  /** Places demo orders in the shop, some Confirmed from the start and some confirmed afterwards. */
  place(count: number, options?: Placing): Promise<readonly PlacedOrder[]>;
  /** The shop changes an order, with the API client that it shares with the pipeline. */
  change(orderId: string, actions: readonly object[]): Promise<void>;
  /** An order as the shop reads it. */
  readOrder(orderId: string): Promise<ShopOrder>;
}

export interface Placing {
  /** (Default: 200) */
  readonly perSecond?: number;
  /** (Default: once) */
  readonly expected?: PlacedOrder['expected'] | ((orderNumber: string) => PlacedOrder['expected']);
  /** Told of each as soon as it is there. */
  readonly onPlaced?: (order: PlacedOrder) => void;
  /** Members of the order that differ. */
  readonly change?: (index: number) => Readonly<Record<string, unknown>>;
  /** The fields that their custom Type has. (Default: all of ours) */
  readonly fields?: readonly string[];
  /** All are Confirmed from the start. (Default: every other pair) */
  readonly confirmedAtOnce?: boolean;
}

/** `run`: distinguishes the numbers of its orders from those of other runs. */
export function createOrders(
  { commercetools, control, addresses }: Pick<Vendors, 'commercetools' | 'control' | 'addresses'>,
  run: string,
): Orders {
  const placed: PlacedOrder[] = [];
  return {
    placed,
    async place(count, how = {}) {
      const {
        perSecond = 200,
        expected = 'once',
        change = () => ({}),
        confirmedAtOnce = false,
        fields,
        onPlaced,
      } = how;
      const startedAt = performance.now();
      const orders: PlacedOrder[] = [];
      for (let index = 0; index < count; index++) {
        await sleep(Math.max(0, startedAt + (index * 1_000) / perSecond - performance.now()));
        const { orderNumber, confirmLater, body } = aDemoOrder(placed.length, `F${run}`);
        const later = confirmLater && !confirmedAtOnce;
        const orderState = confirmedAtOnce ? { orderState: 'Confirmed' } : {};
        const created = await commercetools.createOrder({ ...body, ...orderState, ...change(index) });
        const order: PlacedOrder = {
          ...{ id: created.id, orderNumber, ...(fields ? { fields } : {}) },
          expected: typeof expected === 'function' ? expected(orderNumber) : expected,
        };
        placed.push(order);
        orders.push(order);
        onPlaced?.(order);
        if (later) await commercetools.confirm(created);
      }
      return orders;
    },
    async change(orderId, actions) {
      const { clientId } = simulatorCredentials.commercetools;
      await control('commercetools', `/orders/${orderId}/update`, { actions, actor: { clientId } });
    },
    readOrder: (orderId) => readOrder(`http://${addresses.commercetools}`, orderId),
  };
}
