import { type CommercetoolsClient, createChannelReader } from '@pipeline/platform-commercetools';
import type { Logger } from '@pipeline/service-kit';
import { createPublishChannel, type PublishChannel, type PublishChannelOptions } from './handlers/publishChannel.ts';
import { logPublishedChannel } from './observer.ts';

/** What is done with notifications about channels, where CT_CHANNELS is on. */
export function toPublishChannel(
  { logger }: { readonly logger: Pick<Logger, 'info' | 'error'> },
  { api }: Pick<CommercetoolsClient, 'api'>,
  from: Pick<PublishChannelOptions, 'projectKey' | 'instance' | 'producer'>,
): PublishChannel {
  const readChannel = createChannelReader({
    api,
    pauses: {
      onPaused: (_, error) => logger.error('channels are not read, for a scope is missing; they wait', { error }),
      onResumed: () => logger.info('channels are read again'),
    },
  });
  return createPublishChannel({ ...from, readChannel, onPublished: logPublishedChannel(logger) });
}
