import type { Store } from '@commercetools/platform-sdk';
import type { ApiRoot } from '../client.ts';
import { type ByIdQuery, pagesById } from './queryPage.ts';

const PAGE = 500;

/**
 * By key of each store: the keys of its supply channels. Stores without one are left out, and so are channels that are
 * gone. Needs the scopes view_stores and view_channels.
 * @throws PipelineError as `call` does.
 */
export async function readSupplyChannels(
  api: ApiRoot,
  signal: AbortSignal,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const stores: (readonly [string, readonly string[]])[] = [];
  const ask = (query: ByIdQuery) =>
    api
      .stores()
      .get({ queryArgs: { ...query, expand: 'supplyChannels[*]' } })
      .execute();
  for await (const page of pagesById({ of: 'stores', ask, isItem: isStore, limit: PAGE, signal })) {
    for (const { key, supplyChannels } of page) {
      const keys = supplyChannels.flatMap(({ obj }) => obj?.key ?? []);
      if (keys.length > 0) stores.push([key, keys]);
    }
  }
  return Object.fromEntries(stores);
}

function isStore(value: unknown): value is Store {
  const { id, key, supplyChannels } = (value ?? {}) as Partial<Store>;
  return typeof id === 'string' && typeof key === 'string' && Array.isArray(supplyChannels);
}
