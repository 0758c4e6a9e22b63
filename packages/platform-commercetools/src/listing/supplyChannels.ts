import type { Store } from '@commercetools/platform-sdk';
import { withSignal } from '../callSignal.ts';
import type { ApiRoot } from '../client.ts';
import { lost, toPlatformError } from '../errors.ts';
import { quoted } from './keysetWhere.ts';

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
  for (let after: string | undefined; ; ) {
    const page = await readPage(api, after, signal);
    for (const { key, supplyChannels } of page) {
      const keys = supplyChannels.flatMap(({ obj }) => obj?.key ?? []);
      if (keys.length > 0) stores.push([key, keys]);
    }
    const last = page.at(-1)?.id;
    if (page.length < PAGE || last === after) return Object.fromEntries(stores);
    after = last;
  }
}

async function readPage(api: ApiRoot, after: string | undefined, signal: AbortSignal): Promise<readonly Store[]> {
  const where = after === undefined ? {} : { where: `id > ${quoted(after)}` };
  const queryArgs = { ...where, sort: 'id asc', limit: PAGE, withTotal: false, expand: 'supplyChannels[*]' };
  try {
    const { body } = await withSignal(signal, () => api.stores().get({ queryArgs }).execute());
    const results: unknown = (body as { results?: unknown } | undefined)?.results;
    if (Array.isArray(results) && results.every(isStore)) return results;
    throw lost(
      { request: 'GET /stores', code: 'answer-broken', why: 'was answered with something else than a page of stores' },
      { write: false },
    );
  } catch (error) {
    throw toPlatformError(error, { write: false });
  }
}

function isStore(value: unknown): value is Store {
  const { id, key, supplyChannels } = (value ?? {}) as Partial<Store>;
  return typeof id === 'string' && typeof key === 'string' && Array.isArray(supplyChannels);
}
