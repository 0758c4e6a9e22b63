import { deadLetterTopics, replayTopics, shadowTopics, type Topic, topics } from '@pipeline/schemas';

/** What one part of a service does with topics. A service runs with all its parts, or with some: ROLES, PLACEMENT, STATUS_WRITES, FACILITY_SYNC. */
export interface ServicePart {
  readonly service: string;
  readonly part: 'land' | 'normalise' | 'catch-up' | 'live' | 'shadow';
  /** Consumer group without its prefix; undefined: it reads nothing. */
  readonly group?: string;
  readonly reads: readonly Topic[];
  readonly writes: readonly Topic[];
  /** Read, and written by transactions: state, and messages that are held. */
  readonly owns: readonly Topic[];
}

/** The topologies of the services once more, for this package cannot see them; a test holds the two together. */
export const serviceParts: readonly ServicePart[] = [
  { service: 'ingest-ct', part: 'land', reads: [], writes: [topics.commercetoolsNotifications], owns: [] },
  {
    service: 'ingest-ct',
    part: 'normalise',
    group: 'ingest-ct',
    reads: [topics.commercetoolsNotifications, replayTopics.commercetoolsNotifications],
    writes: [topics.commerceOrders, topics.commerceChannels, deadLetterTopics['ingest-ct']],
    owns: [],
  },
  {
    service: 'ingest-ct',
    part: 'catch-up',
    group: 'ingest-ct-catch-up',
    reads: [topics.pipelineWatermarks],
    writes: [topics.pipelineWatermarks, topics.commercetoolsNotifications],
    owns: [],
  },
  {
    service: 'order-router',
    part: 'live',
    group: 'order-router',
    reads: [topics.commerceOrders, replayTopics.commerceOrders],
    writes: [topics.fulfillmentLinks, deadLetterTopics['order-router']],
    owns: [topics.fulfillmentOrders],
  },
  {
    service: 'order-router',
    part: 'shadow',
    group: 'order-router-shadow',
    reads: [topics.commerceOrders, replayTopics.commerceOrders],
    writes: [shadowTopics['order-router'], deadLetterTopics['order-router']],
    owns: [],
  },
  { service: 'ingest-fft', part: 'land', reads: [], writes: [topics.fulfillmenttoolsNotifications], owns: [] },
  {
    service: 'ingest-fft',
    part: 'normalise',
    group: 'ingest-fft',
    reads: [topics.fulfillmenttoolsNotifications, replayTopics.fulfillmenttoolsNotifications, topics.fulfillmentLinks],
    writes: [topics.fulfillmentEvents, topics.fulfillmentLinks, deadLetterTopics['ingest-fft']],
    owns: [topics.fulfillmenttoolsPending],
  },
  {
    service: 'ingest-fft',
    part: 'catch-up',
    group: 'ingest-fft-catch-up',
    reads: [topics.fulfillmentEvents, topics.fulfillmentStates],
    writes: [topics.fulfillmenttoolsNotifications, deadLetterTopics['ingest-fft']],
    owns: [],
  },
  {
    service: 'status-writer',
    part: 'live',
    group: 'status-writer',
    reads: [topics.fulfillmentEvents, replayTopics.fulfillmentEvents, topics.fulfillmentOrders],
    writes: [deadLetterTopics['status-writer']],
    owns: [topics.fulfillmentStates],
  },
  {
    service: 'status-writer',
    part: 'shadow',
    group: 'status-writer-shadow',
    reads: [topics.fulfillmentEvents, replayTopics.fulfillmentEvents, topics.fulfillmentOrders],
    writes: [shadowTopics['status-writer'], deadLetterTopics['status-writer']],
    owns: [],
  },
  {
    service: 'facility-sync',
    part: 'live',
    group: 'facility-sync',
    reads: [topics.commerceChannels, replayTopics.commerceChannels],
    writes: [deadLetterTopics['facility-sync']],
    owns: [topics.fulfillmentFacilities],
  },
  {
    service: 'facility-sync',
    part: 'shadow',
    group: 'facility-sync-shadow',
    reads: [topics.commerceChannels, replayTopics.commerceChannels],
    writes: [shadowTopics['facility-sync'], deadLetterTopics['facility-sync']],
    owns: [],
  },
];
