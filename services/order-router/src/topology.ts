import {
  type CommerceOrderEvent,
  deadLetterTopics,
  type LedgerEntry,
  replayTopics,
  shadowTopics,
  topics,
} from '@pipeline/schemas';
import { defineTopology, type Handler } from '@pipeline/streams';
import { isPlacedAlready } from './placement/isPlacedAlready.ts';

const deadLetters = deadLetterTopics['order-router'];

export const placementTopology = (handler: Handler<CommerceOrderEvent, LedgerEntry>) =>
  defineTopology<CommerceOrderEvent, LedgerEntry>({
    name: 'order-router',
    sources: [topics.commerceOrders],
    lanes: [replayTopics.commerceOrders],
    state: topics.fulfillmentOrders,
    sinks: [topics.fulfillmentLinks],
    deadLetters,
    handler,
    passesOver: isPlacedAlready,
  });

export const shadowTopology = (handler: Handler<CommerceOrderEvent>) =>
  defineTopology<CommerceOrderEvent>({
    name: 'order-router-shadow',
    sources: [topics.commerceOrders],
    lanes: [replayTopics.commerceOrders],
    sinks: [shadowTopics['order-router']],
    deadLetters,
    handler,
  });

/** Topics whose values are encoded or decoded. */
export const codecTopics = [topics.commerceOrders, topics.fulfillmentOrders, topics.fulfillmentLinks];
