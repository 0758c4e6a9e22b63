import { type CommerceOrderEvent, deadLetterTopics, type LedgerEntry, shadowTopics, topics } from '@pipeline/schemas';
import { defineTopology, type Handler } from '@pipeline/streams';

const deadLetters = deadLetterTopics['order-router'];

export const placementTopology = (handler: Handler<CommerceOrderEvent, LedgerEntry>) =>
  defineTopology<CommerceOrderEvent, LedgerEntry>({
    name: 'order-router',
    sources: [topics.commerceOrders],
    state: topics.fulfillmentOrders,
    sinks: [topics.fulfillmentLinks],
    deadLetters,
    handler,
  });

export const shadowTopology = (handler: Handler<CommerceOrderEvent>) =>
  defineTopology<CommerceOrderEvent>({
    name: 'order-router-shadow',
    sources: [topics.commerceOrders],
    sinks: [shadowTopics['order-router']],
    deadLetters,
    handler,
  });

/** Topics whose values are encoded or decoded. */
export const codecTopics = [topics.commerceOrders, topics.fulfillmentOrders, topics.fulfillmentLinks];
