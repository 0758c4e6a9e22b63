import { type DesiredStatus, desired, evolve, statusPresets } from '@pipeline/fulfillment';
import { type FulfillmentEvent, type LedgerEntry, type OrderFulfillmentState, topics } from '@pipeline/schemas';
import { type History, recordsOf, type TopicRecord } from './history.ts';

/** What the events of an order come to. */
export interface Folded {
  readonly order: string;
  /** What is to be shown after all of them. */
  readonly wanted: DesiredStatus;
  /** The shipment states that were to be shown one after another, as the events came; null: nothing. */
  readonly steps: readonly (string | null)[];
}

type Input = FulfillmentEvent | LedgerEntry;

/** All orders of which there is an event, by id. The ledger counts as known from the start, as far as it ever came. */
export function foldAll(history: Pick<History, 'records'>): ReadonlyMap<string, Folded> {
  const ledger = byKey(recordsOf(history, topics.fulfillmentOrders));
  const events = byKey(recordsOf(history, topics.fulfillmentEvents));
  return new Map([...events].map(([order, inputs]) => [order, fold(order, ledger.get(order) ?? [], inputs)]));
}

function fold(order: string, ledger: readonly Input[], events: readonly Input[]): Folded {
  let state: OrderFulfillmentState | undefined;
  for (const entry of ledger) state = evolve(state, entry);
  const steps: (string | null)[] = [];
  let wanted: DesiredStatus | undefined;
  for (const event of events) {
    state = evolve(state, event);
    wanted = desired(state, statusPresets.docs);
    if (wanted.shipmentState !== (steps.at(-1) ?? null)) steps.push(wanted.shipmentState);
  }
  if (!wanted) throw new Error(`no event of ${order}`);
  return { order, wanted, steps };
}

function byKey(records: readonly TopicRecord[]): Map<string, Input[]> {
  const found = new Map<string, Input[]>();
  for (const { key, value } of records) {
    if (key === null || value === undefined) continue;
    const list = found.get(key) ?? [];
    list.push(value as Input);
    found.set(key, list);
  }
  return found;
}
