import type { Order } from '@commercetools/platform-sdk';
import { createEffectPauses } from '@pipeline/streams';
import { createCache } from '../cache.ts';
import type { ApiRoot } from '../client.ts';
import { getChannel } from './getChannel.ts';

export interface ChannelKeysSettings {
  readonly api: ApiRoot;
  /** Custom fields of the order that may refer to a channel. */
  readonly fields: readonly string[];
  /** Milliseconds for which a channel is not read again. */
  readonly ttlMs: number;
}

/**
 * Gives references to channels in custom fields of an order the key of their channel: of a reference commercetools tells
 * no more than an id. One whose channel is gone stays as it is. Needs the scope view_channels, but only where there is
 * such a reference; while the scope is missing, one call at a time finds out whether it still is.
 * @throws PipelineError as `call` does, naming the scope that is missing; `transient`, `effect-paused` while it is.
 */
export function createChannelKeys({ api, fields, ttlMs }: ChannelKeysSettings) {
  const keys = createCache<string | undefined>({ ttlMs, limit: 1_000 });
  const pauses = createEffectPauses();

  return async (order: Order, signal: AbortSignal): Promise<Order> => {
    if (!order.custom) return order;
    const known: Record<string, unknown> = { ...order.custom.fields };
    for (const name of fields) {
      const value = Object.hasOwn(known, name) ? known[name] : undefined;
      if (!isChannelReference(value)) continue;
      const { id } = value;
      const key = await keys.get(
        id,
        async () => (await pauses.run('readChannel', () => getChannel(api, id, signal)))?.key,
      );
      if (key !== undefined) known[name] = { typeId: value.typeId, id: value.id, key };
    }
    return { ...order, custom: { ...order.custom, fields: known } };
  };
}

function isChannelReference(value: unknown): value is { readonly typeId: 'channel'; readonly id: string } {
  if (typeof value !== 'object' || value === null) return false;
  const { typeId, id } = value as { readonly typeId?: unknown; readonly id?: unknown };
  return typeId === 'channel' && typeof id === 'string';
}
