/** Every place where a service can be made to fail on purpose, and what holds there. The key of all is the order's id, unless it says otherwise. */
export const failpoints = {
  'router.beforePost': 'the intent is on record, the request is not sent yet',
  'router.afterPost': 'the answer that the order was made is read, the ledger does not know',
  'router.afterLedger': 'the order and its links are on record, the offset is not committed',
  'store.beforeCommit': 'entries are sent, their transaction is not committed; key: the state topic',
  'store.afterCommit': 'the transaction is committed, nobody was told; key: the state topic',
  'facility.afterPost': 'the answer that the facility was made is read, its entry does not know; key: the channel’s id',
  'writer.afterPost': 'commercetools has answered that the order is updated, the state is not on record',
  'writer.afterAppend': 'the state is on record, the offsets are not committed',
  'ingest.beforeProduce': 'a notification is read, not handed over to Kafka; key: of the notification',
  'ingest.afterProduce': 'Kafka has the notification, its sender has no answer; key: of the notification',
} as const;

export type FailpointName = keyof typeof failpoints;

export const isFailpointName = (text: string): text is FailpointName => Object.hasOwn(failpoints, text);
