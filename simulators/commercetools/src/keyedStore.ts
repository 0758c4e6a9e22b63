import type { KeyedResource } from './model.ts';

/** Few resources of one kind, found by id or key, in the order of creation. */
export interface KeyedStore<T extends KeyedResource> {
  byId(id: string): T | undefined;
  byKey(key: string): T | undefined;
  all(): readonly T[];
  put(resource: T): void;
  delete(id: string): void;
}

export function createKeyedStore<T extends KeyedResource>(seed: readonly T[]): KeyedStore<T> {
  const resources = new Map(seed.map((resource) => [resource.id, resource]));
  const ids = new Map(seed.flatMap(({ key, id }) => (key === undefined ? [] : [[key, id] as const])));
  const forgetKey = (id: string) => {
    const key = resources.get(id)?.key;
    if (key !== undefined) ids.delete(key);
  };
  return {
    byId: (id) => resources.get(id),
    byKey: (key) => resources.get(ids.get(key) ?? ''),
    all: () => [...resources.values()],
    put(resource) {
      forgetKey(resource.id);
      resources.set(resource.id, resource);
      if (resource.key !== undefined) ids.set(resource.key, resource.id);
    },
    delete(id) {
      forgetKey(id);
      resources.delete(id);
    },
  };
}
