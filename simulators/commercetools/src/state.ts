import type { Channel } from './channels/channel.ts';
import { createKeyedStore, type KeyedStore } from './keyedStore.ts';
import { createMessageStore, type MessageStore } from './messages/messageStore.ts';
import type { CustomObject, CustomType, KeyedResource, WorkflowState } from './model.ts';
import { createOrderStore, type OrderStore } from './orderStore.ts';
import type { ResourceIdentifier } from './orders/action.ts';
import * as seed from './seed.ts';
import type { Subscription } from './subscriptions/subscription.ts';

/** Everything that the simulated project contains. */
export interface State {
  orders: OrderStore;
  types: KeyedStore<CustomType>;
  shippingMethods: KeyedStore<KeyedResource>;
  channels: KeyedStore<Channel>;
  stores: KeyedStore<KeyedResource>;
  states: KeyedStore<WorkflowState>;
  subscriptions: KeyedStore<Subscription>;
  messages: MessageStore;
  /** By `container/key`. */
  customObjects: Map<string, CustomObject>;
  project: ProjectState;
}

/** What of the project can be changed. */
export interface ProjectState {
  readonly version: number;
  /** The most important first. */
  readonly languages: readonly string[];
  /** Messages are stored for queries only while that is enabled; a real project starts without. */
  readonly messages: { readonly enabled: boolean; readonly deleteDaysAfterCreation: number };
}

export const createState = ({ messagesEnabled }: { readonly messagesEnabled: boolean }): State => ({
  orders: createOrderStore(),
  types: createKeyedStore(seed.types),
  shippingMethods: createKeyedStore(seed.shippingMethods),
  channels: createKeyedStore(seed.channels),
  stores: createKeyedStore(seed.stores),
  states: createKeyedStore(seed.states),
  subscriptions: createKeyedStore<Subscription>([]),
  messages: createMessageStore(),
  customObjects: new Map(),
  project: {
    version: 1,
    languages: seed.languages,
    messages: { enabled: messagesEnabled, deleteDaysAfterCreation: 15 },
  },
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
    state: state.states as unknown as KeyedStore<KeyedResource>,
  };
  return Object.hasOwn(stores, typeId) ? stores[typeId]?.byId(id) : undefined;
}
