import { createKeyedStore, type KeyedStore } from './keyedStore.ts';
import type { CustomType, KeyedResource } from './model.ts';
import { createOrderStore, type OrderStore } from './orderStore.ts';
import type { ResourceIdentifier } from './orders/action.ts';
import * as seed from './seed.ts';

/** Everything that the simulated project contains. */
export interface State {
  orders: OrderStore;
  types: KeyedStore<CustomType>;
  shippingMethods: KeyedStore<KeyedResource>;
  channels: KeyedStore<KeyedResource>;
}

export const createState = (): State => ({
  orders: createOrderStore(),
  types: createKeyedStore(seed.types),
  shippingMethods: createKeyedStore(seed.shippingMethods),
  channels: createKeyedStore(seed.channels),
});

export const findIn = <T extends KeyedResource>(
  store: KeyedStore<T>,
  { id, key }: ResourceIdentifier,
): T | undefined => (id === undefined ? store.byKey(key ?? '') : store.byId(id));

/** What a reference of this kind points at; kinds that the simulator does not hold stay unresolved. */
export function resolveReference(state: State, typeId: string, id: string): unknown {
  const stores: Record<string, KeyedStore<KeyedResource>> = {
    type: state.types as unknown as KeyedStore<KeyedResource>,
    'shipping-method': state.shippingMethods,
    channel: state.channels,
  };
  return Object.hasOwn(stores, typeId) ? stores[typeId]?.byId(id) : undefined;
}
