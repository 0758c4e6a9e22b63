import {
  deadLetterTopics,
  type OrderFulfillmentState,
  replayTopics,
  shadowTopics,
  type Topic,
  topics,
} from '@pipeline/schemas';
import { defineTopology, type Handler } from '@pipeline/streams';
import type { StatusInput } from './handlers/writeStatus.ts';

/** The ledger is a source like the events: what was placed is folded into the state like what happened to it. */
const sources: readonly Topic<StatusInput>[] = [topics.fulfillmentEvents, topics.fulfillmentOrders];
/** The ledger has none: it is state, of which only the newest counts. */
const lanes = [replayTopics.fulfillmentEvents];
const deadLetters = deadLetterTopics['status-writer'];

export const statusTopology = (handler: Handler<StatusInput, OrderFulfillmentState>) =>
  defineTopology<StatusInput, OrderFulfillmentState>({
    name: 'status-writer',
    sources,
    lanes,
    state: topics.fulfillmentStates,
    sinks: [],
    deadLetters,
    handler,
    coalesce: true,
  });

export const shadowTopology = (handler: Handler<StatusInput>) =>
  defineTopology<StatusInput>({
    name: 'status-writer-shadow',
    sources,
    lanes,
    sinks: [shadowTopics['status-writer']],
    deadLetters,
    handler,
    coalesce: true,
  });

/** Topics whose values are encoded or decoded. */
export const codecTopics = [topics.fulfillmentEvents, topics.fulfillmentOrders, topics.fulfillmentStates];
