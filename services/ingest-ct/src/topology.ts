import { deadLetterTopics, replayTopics, topics } from '@pipeline/schemas';
import { defineTopology, type Handler } from '@pipeline/streams';

export const normaliseTopology = (handler: Handler<Uint8Array>) =>
  defineTopology<Uint8Array>({
    name: 'ingest-ct',
    sources: [topics.commercetoolsNotifications],
    lanes: [replayTopics.commercetoolsNotifications],
    sinks: [topics.commerceOrders],
    deadLetters: deadLetterTopics['ingest-ct'],
    handler,
  });

/** Topics whose values are encoded or decoded. */
export const codecTopics = [topics.commerceOrders];

/** Whose owner of partition 0 of the watermarks catches up. */
export const catchUpGroup = 'ingest-ct-catch-up';
