import type { PartitionsAdded } from './story.ts';
import { fromPartitionsAdded } from './verdict.ts';

/** What is said of an order of which nothing was found. */
export function describeNotKnown(id: string, added: PartitionsAdded | null): string {
  if (!added) return notKnown(id);
  const { waitsFor, next } = fromPartitionsAdded(added);
  return `Nothing was found of ${id}, which does not mean that nothing is on record.\nWaits for ${waitsFor}\nNext step: ${next}`;
}

/** The same as data, with fields of a story that was found. */
export const toNotKnownReport = (id: string, added: PartitionsAdded | null) => ({
  found: false,
  id,
  orderId: null,
  orderNumber: null,
  verdict: added && fromPartitionsAdded(added),
  ledger: null,
  state: null,
  partitionsAdded: added,
});

const notKnown = (id: string): string => `Nothing is known of ${id}. What that may mean:
- A slip: is it the order number, the commercetools order id or the fulfillmenttools order id, in full, with its case?
- It never reached the pipeline: is the order Confirmed in commercetools? Does ingest-ct get notifications
  (pipeline_last_notification_timestamp_seconds, pipeline_notifications_rejected_total)?
- It was not placed and is older than a week: --since 28d searches all order events (kept for 28 days) and all
  notifications (14 days). By its commercetools order id it is found at once.
- Another deployment: are KAFKA_BROKERS and TOPIC_PREFIX right?`;
