import type { Channel } from '@commercetools/platform-sdk';
import type { ChannelSnapshot } from '@pipeline/schemas/types';
import { createEffectPauses, type EffectPausesOptions } from '@pipeline/streams';
import { createCache } from '../cache.ts';
import { namingScope } from '../catchUp/missingScope.ts';
import type { ApiRoot } from '../client.ts';
import { toChannelSnapshot } from '../mapping/toChannelSnapshot.ts';
import { getChannel } from './getChannel.ts';
import { readLanguages } from './readLanguages.ts';

export interface ReadChannel {
  readonly version: number;
  readonly snapshot: ChannelSnapshot;
}

export interface ChannelReaderSettings {
  readonly api: ApiRoot;
  /** Milliseconds for which the project's languages are not read again. (Default: 10 min) */
  readonly cacheTtlMs?: number;
  /** Told of a scope that is missing, and when it is there again. */
  readonly pauses?: EffectPausesOptions;
}

/**
 * Reads a channel by its id; undefined: commercetools has it no more. Needs the scope view_channels, and
 * view_project_settings for a channel with names in several languages. While one of them is missing, one call at a time
 * finds out whether it still is: refusals in a row would keep everything else from commercetools, too.
 * @throws PipelineError as `call` does, naming the scope that is missing; `transient`, `effect-paused` while it is;
 *   `permanent` for a channel that cannot be mapped.
 */
export type ChannelReader = (id: string, signal: AbortSignal) => Promise<ReadChannel | undefined>;

export function createChannelReader(settings: ChannelReaderSettings): ChannelReader {
  const { api, cacheTtlMs = 10 * 60_000 } = settings;
  const pauses = createEffectPauses(settings.pauses);
  const languages = createCache<readonly string[]>({ ttlMs: cacheTtlMs, limit: 1 });

  const languagesFor = ({ name = {} }: Channel, signal: AbortSignal) =>
    Object.keys(name).length > 1 ? languages.get('', () => readProjectLanguages(signal)) : [];

  async function readProjectLanguages(signal: AbortSignal): Promise<readonly string[]> {
    try {
      return await readLanguages(api, signal);
    } catch (error) {
      throw namingScope(error, 'view_project_settings');
    }
  }

  async function read(id: string, signal: AbortSignal): Promise<ReadChannel | undefined> {
    const channel = await getChannel(api, id, signal);
    if (!channel) return undefined;
    return { version: channel.version, snapshot: toChannelSnapshot(channel, await languagesFor(channel, signal)) };
  }

  return (id, signal) => pauses.run('readChannel', () => read(id, signal));
}
