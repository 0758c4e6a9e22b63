import type { Channel } from '@commercetools/platform-sdk';
import type { ChannelSnapshot } from '@pipeline/schemas/types';
import { createEffectPauses, type EffectPausesOptions } from '@pipeline/streams';
import { createCache } from '../cache.ts';
import { call } from '../call.ts';
import { namingScope } from '../catchUp/missingScope.ts';
import type { ApiRoot } from '../client.ts';
import { toChannelSnapshot } from '../mapping/toChannelSnapshot.ts';
import { unlessGone } from '../unlessGone.ts';
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
    Object.keys(name).length > 1
      ? languages.get('', () => withScope('view_project_settings', readLanguages(api, signal)))
      : [];

  async function read(id: string, signal: AbortSignal): Promise<ReadChannel | undefined> {
    const found = unlessGone(call(api.channels().withId({ ID: id }).get(), { signal }));
    const channel = await withScope('view_channels', found);
    if (!channel) return undefined;
    return { version: channel.version, snapshot: toChannelSnapshot(channel, await languagesFor(channel, signal)) };
  }

  return (id, signal) => pauses.run('readChannel', () => read(id, signal));
}

async function withScope<Result>(scope: string, result: Promise<Result>): Promise<Result> {
  try {
    return await result;
  } catch (error) {
    throw namingScope(error, scope);
  }
}
