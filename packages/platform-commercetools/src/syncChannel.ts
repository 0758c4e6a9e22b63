import { PipelineError, isPipelineError } from '@pipeline/streams';
import { call } from './call.ts';
import type { ApiRoot } from './client.ts';

const roles: readonly string[] = ['OrderExport', 'OrderImport'];

/**
 * The id of the channel whose sync mark on an order names the provider's order. Needs the scope view_channels.
 * @throws PipelineError `permanent` when there is no such channel, or it may not mark orders.
 */
export async function resolveSyncChannel(request: {
  readonly api: ApiRoot;
  readonly key: string;
  readonly signal: AbortSignal;
}): Promise<string> {
  const { api, key, signal } = request;
  try {
    const channel = await call(api.channels().withKey({ key }).get(), { signal });
    if (channel.roles.some((role) => roles.includes(role))) return channel.id;
  } catch (error) {
    if (!isPipelineError(error) || error.errorClass !== 'gone') throw error;
    throw unfit(`There is no channel ${key}. Create it, or leave the setting empty.`);
  }
  throw unfit(`The channel ${key} needs the role ${roles.join(' or ')}.`);
}

const unfit = (text: string): PipelineError =>
  new PipelineError('permanent', 'sync-channel-unfit', text, { stage: 'validate', notSent: true });
