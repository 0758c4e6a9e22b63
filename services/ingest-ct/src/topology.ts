import { deadLetterTopics, replayTopics, topics } from '@pipeline/schemas';
import { defineTopology, type Handler } from '@pipeline/streams';

/** `channels`: of them, too. Without, their topic need not be there. (Default: true, all that it may write) */
export const normaliseTopology = (handler: Handler<Uint8Array>, { channels = true } = {}) =>
  defineTopology<Uint8Array>({
    name: 'ingest-ct',
    sources: [topics.commercetoolsNotifications],
    lanes: [replayTopics.commercetoolsNotifications],
    sinks: codecTopics({ channels }),
    deadLetters: deadLetterTopics['ingest-ct'],
    handler,
  });

/** Topics whose values are encoded or decoded. */
export const codecTopics = ({ channels }: { readonly channels: boolean }) => [
  topics.commerceOrders,
  ...(channels ? [topics.commerceChannels] : []),
];

/** Whose owner of partition 0 of the watermarks catches up. */
export const catchUpGroup = 'ingest-ct-catch-up';
