import {
  type CommerceChannelEvent,
  deadLetterTopics,
  type FacilityEntry,
  replayTopics,
  shadowTopics,
  topics,
} from '@pipeline/schemas';
import { defineTopology, type Handler } from '@pipeline/streams';

export const facilityTopology = (handler: Handler<CommerceChannelEvent, FacilityEntry>) =>
  defineTopology<CommerceChannelEvent, FacilityEntry>({
    name: 'facility-sync',
    sources: [topics.commerceChannels],
    lanes: [replayTopics.commerceChannels],
    state: topics.fulfillmentFacilities,
    sinks: [],
    deadLetters: deadLetterTopics['facility-sync'],
    handler,
  });

export const shadowTopology = (handler: Handler<CommerceChannelEvent>) =>
  defineTopology<CommerceChannelEvent>({
    name: 'facility-sync-shadow',
    sources: [topics.commerceChannels],
    lanes: [replayTopics.commerceChannels],
    sinks: [shadowTopics['facility-sync']],
    deadLetters: deadLetterTopics['facility-sync'],
    handler,
  });

/** Topics whose values are encoded or decoded. */
export const codecTopics = [topics.commerceChannels, topics.fulfillmentFacilities];
