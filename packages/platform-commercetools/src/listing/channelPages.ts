import type { Channel } from '@commercetools/platform-sdk';
import type { ApiRoot } from '../client.ts';
import { quoted } from './keysetWhere.ts';
import { type ByIdQuery, pagesById } from './queryPage.ts';

/** What of a listed channel is certain. */
export type ListedChannel = Pick<Channel, 'id' | 'version' | 'key' | 'roles' | 'lastModifiedAt'>;

export interface ChannelPagesRequest {
  readonly api: ApiRoot;
  /** Only channels with one of these; none: all. */
  readonly keys?: readonly string[];
  /** Only channels that have this role. (Default: any) */
  readonly role?: string | undefined;
  /** Channels of one page, 1 to 500. (Default: 500) */
  readonly limit?: number;
  readonly signal: AbortSignal;
}

/**
 * Channels by id, a page at a time; no page is empty. Needs the scope view_channels.
 * @throws PipelineError as `call` does.
 */
export function channelPages(request: ChannelPagesRequest): AsyncGenerator<readonly ListedChannel[], void> {
  const { api, keys = [], role, limit = 500, signal } = request;
  const filters = [
    ...(keys.length > 0 ? [`key in (${keys.map(quoted).join(', ')})`] : []),
    ...(role === undefined ? [] : [`roles contains any (${quoted(role)})`]),
  ];
  const ask = (queryArgs: ByIdQuery) => api.channels().get({ queryArgs }).execute();
  return pagesById({ of: 'channels', ask, isItem: isChannel, filters, limit, signal });
}

function isChannel(value: unknown): value is ListedChannel {
  const { id, version, roles } = (value ?? {}) as Partial<Channel>;
  return typeof id === 'string' && typeof version === 'number' && Array.isArray(roles);
}
