import { deadLetterTopics, type OrderLink, replayTopics, topics } from '@pipeline/schemas';
import { defineTopology, type Handler } from '@pipeline/streams';

export const normaliseTopology = (
  handler: Handler<Uint8Array>,
  onLink: (key: string, link: OrderLink | null) => void,
) =>
  defineTopology<Uint8Array>({
    name: 'ingest-fft',
    sources: [topics.fulfillmenttoolsNotifications],
    lanes: [replayTopics.fulfillmenttoolsNotifications],
    held: topics.fulfillmenttoolsPending,
    tables: [{ topic: topics.fulfillmentLinks, onEntry: onLink }],
    sinks: [topics.fulfillmentEvents, topics.fulfillmentLinks],
    deadLetters: deadLetterTopics['ingest-fft'],
    handler,
  });

/** Topics whose values are encoded or decoded. */
export const codecTopics = [topics.fulfillmentEvents, topics.fulfillmentLinks];
