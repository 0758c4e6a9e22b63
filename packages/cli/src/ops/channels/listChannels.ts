import { type ApiRoot, channelPages, type ListedChannel } from '@pipeline/platform-commercetools';
import type { ChannelSyncOptions } from './arguments.ts';
import { readPatiently } from '../vendors/readPatiently.ts';

export interface ListRequest extends Pick<ChannelSyncOptions, 'keys' | 'role'> {
  readonly api: ApiRoot;
  readonly signal: AbortSignal;
}

/**
 * The chosen channels by id; there are few, and of each little is kept. What passes by itself is waited for.
 * @throws PipelineError as `call` does; Error that names the keys of which there is no such channel.
 */
export async function listChannels(request: ListRequest): Promise<readonly ListedChannel[]> {
  const channels = await readAll(request);
  const found = new Set(channels.map(({ key }) => key));
  const missing = request.keys.filter((key) => !found.has(key));
  if (missing.length === 0) return channels;
  const withRole = request.role === undefined ? '' : ` and the role ${request.role}`;
  throw new Error(
    `commercetools has no channel with the key ${missing.join(', ')}${withRole}. Nothing was sent; correct --key or --role.`,
  );
}

const readAll = (request: ListRequest): Promise<readonly ListedChannel[]> =>
  readPatiently(async () => {
    const channels: ListedChannel[] = [];
    for await (const page of channelPages(request))
      channels.push(
        ...page.map(({ id, version, key, roles, lastModifiedAt }) => ({ id, version, key, roles, lastModifiedAt })),
      );
    return channels;
  }, request.signal);
