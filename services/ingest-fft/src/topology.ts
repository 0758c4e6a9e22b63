import {
  deadLetterTopics,
  type FulfillmentEvent,
  type OrderFulfillmentState,
  type OrderLink,
  replayTopics,
  topics,
} from '@pipeline/schemas';
import { defineTopology, type Handler, type Table } from '@pipeline/streams';

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

/**
 * Who is silent: what was heard last of each order comes from its events, which orders are open from their states. The
 * states are read anew at each assignment and hold what the ledger has placed, so no order can be in one of them only.
 */
export const catchUpTopology = (
  handler: Handler<FulfillmentEvent>,
  { onEntry, onLost }: Required<Pick<Table<OrderFulfillmentState>, 'onEntry' | 'onLost'>>,
) =>
  defineTopology<FulfillmentEvent>({
    name: 'ingest-fft-catch-up',
    sources: [topics.fulfillmentEvents],
    tables: [{ topic: topics.fulfillmentStates, onEntry, onLost }],
    sinks: [topics.fulfillmenttoolsNotifications],
    deadLetters: deadLetterTopics['ingest-fft'],
    handler,
    coalesce: true,
  });

/** Topics whose values are encoded or decoded. */
export const codecTopics = [topics.fulfillmentEvents, topics.fulfillmentLinks];
export const catchUpCodecTopics = [topics.fulfillmentEvents, topics.fulfillmentStates];
