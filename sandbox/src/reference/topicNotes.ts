import { deadLetterTopics, replayTopics, shadowTopics, topics } from '@pipeline/schemas';

/** What the topic table does not say about a topic. */
export interface TopicNote {
  readonly key: string;
  readonly holds: string;
  readonly personalData: string;
}

const personal = 'yes';
const none = 'ids, quantities and states only';

/** By the topic's name without prefix. */
export const topicNotes: Readonly<Record<string, TopicNote>> = {
  [topics.commercetoolsNotifications.name]: {
    key: 'resource id, none when there is none in it',
    holds: 'what commercetools delivered, byte by byte',
    personalData: personal,
  },
  [topics.fulfillmenttoolsNotifications.name]: {
    key: 'process id, else tenantOrderId, else entity id',
    holds: 'what fulfillmenttools delivered, byte by byte',
    personalData: personal,
  },
  [topics.commerceOrders.name]: {
    key: 'order id',
    holds: 'what happened to an order, with its snapshot',
    personalData: personal,
  },
  [topics.commerceChannels.name]: {
    key: 'channel id',
    holds: 'what happened to a channel of the shop, a store or a warehouse, with its snapshot',
    personalData: 'addresses, phone numbers and e-mail addresses of stores',
  },
  [topics.fulfillmentEvents.name]: {
    key: 'order id',
    holds: 'what happened to the fulfillment of an order',
    personalData: 'ids, quantities, states and tracking numbers',
  },
  [topics.fulfillmentOrders.name]: {
    key: 'order id',
    holds: 'the ledger: what was placed, and each attempt',
    personalData: none,
  },
  [topics.fulfillmentFacilities.name]: {
    key: 'channel id',
    holds: 'which facility a channel has, and which version of the channel was written to it',
    personalData: 'no',
  },
  [topics.fulfillmentStates.name]: {
    key: 'order id',
    holds: 'the folded state of an order, and what was written of it',
    personalData: 'ids, quantities, states and tracking numbers',
  },
  [topics.fulfillmentLinks.name]: {
    key: 'process id or tenantOrderId',
    holds: 'which order a process belongs to, also "none of ours"',
    personalData: none,
  },
  [topics.fulfillmenttoolsPending.name]: {
    key: 'of the notification, with its offset and time',
    holds: 'notifications that wait until it is known which order they are about, byte by byte, until then',
    personalData: personal,
  },
  [topics.pipelineWatermarks.name]: {
    key: 'source and project, e.g. `commercetools:shop`; all in partition 0',
    holds: 'JSON: how far a catch-up has come, and what it still has to read; `__claim`: who reads the partition',
    personalData: 'no',
  },
  ...Object.fromEntries(
    Object.entries(deadLetterTopics).map(([service, { name }]) => [
      name,
      {
        key: 'of the message',
        holds: `what ${service} could not process, byte by byte, with its reason in headers`,
        personalData: personal,
      },
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(replayTopics).map(([source, { name }]) => [
      name,
      {
        key: `as ${topics[source as keyof typeof replayTopics].name}`,
        holds: 'messages of it once more, for a replay beside live traffic; `npm run ops -- replay` writes it',
        personalData: source === 'fulfillmentEvents' ? 'as its source' : personal,
      },
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(shadowTopics).map(([service, { name }]) => [
      name,
      {
        key: service === 'facility-sync' ? 'channel id' : 'order id',
        holds: `JSON: what ${service} would do in shadow mode`,
        personalData: none,
      },
    ]),
  ),
};
