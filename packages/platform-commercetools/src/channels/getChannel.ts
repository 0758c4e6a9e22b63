import type { Channel } from '@commercetools/platform-sdk';
import { call } from '../call.ts';
import { namingScope } from '../catchUp/missingScope.ts';
import type { ApiRoot } from '../client.ts';
import { unlessGone } from '../unlessGone.ts';

/**
 * undefined: commercetools has it no more.
 * @throws PipelineError as `call` does, naming the scope when it is missing.
 */
export async function getChannel(api: ApiRoot, id: string, signal: AbortSignal): Promise<Channel | undefined> {
  try {
    return await unlessGone(call(api.channels().withId({ ID: id }).get(), { signal }));
  } catch (error) {
    throw namingScope(error, 'view_channels');
  }
}
