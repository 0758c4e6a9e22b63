import { type StatusFields } from '@pipeline/fulfillment';
import { deadLetterTopics } from '@pipeline/schemas';
import { foldAll } from './fold.ts';
import { type Check, type History, recordsOf, type Violation } from './history.ts';
import { rankOf } from './rank.ts';

/** As the vendor documents them, and not as our code spells them. */
const fieldNames: Readonly<Record<Exclude<keyof StatusFields, 'parcels' | 'jobs'>, string>> = {
  providerOrderId: 'fft_order_id',
  pickJobId: 'fft_pickjob_id',
  shortId: 'fft_short_id',
  facilityId: 'fft_facility_id',
  loadUnitsAmount: 'fft_load_units_amount',
  handoverJobId: 'fft_handoverjob_id',
};

/**
 * I4: in the end every order shows at commercetools what all its events come to: shipment state and fields. Two things
 * are left as they are: what somebody else set and we must not change, and fields that the order's custom Type does not
 * have. An order of which a part was refused for good, and is a dead letter, is judged by its state alone.
 */
export const converged: Check = (history) => {
  if (!history.services.includes('status-writer')) return [];
  const shown = new Map(history.commerceOrders.map((order) => [order.id, order]));
  const refused = new Set(recordsOf(history, deadLetterTopics['status-writer']).map(({ key }) => key));
  return [...foldAll(history).values()].flatMap(({ order, wanted }): Violation[] => {
    const found = shown.get(order);
    if (!found) return [];
    const state = expectedState(history, order, wanted.shipmentState);
    const wrongState = state === null || state === found.shipmentState ? [] : [['shipmentState', state] as const];
    const only = history.orders.find(({ id }) => id === order)?.fields;
    const fields = Object.entries(fieldNames).flatMap(([name, custom]) => {
      const value = wanted.fields[name as keyof typeof fieldNames];
      const isHeld = only === undefined || only.includes(custom);
      return value !== null && isHeld && found.custom?.[custom] !== value ? [[custom, value] as const] : [];
    });
    return [...wrongState, ...(refused.has(order) ? [] : fields)].map(([name, value]) => ({
      invariant: 'I4',
      order,
      expected: `${name} ${value}`,
      found: String(name === 'shipmentState' ? (found.shipmentState ?? 'none') : (found.custom?.[name] ?? 'none')),
    }));
  });
};

/** What somebody else set last stays when it is Canceled, or not below what we want; null: any. */
function expectedState({ shipmentStates }: History, order: string, wanted: string | null): string | null {
  const foreign = shipmentStates.findLast((state) => state.order === order && !state.ours)?.state;
  if (foreign === undefined || wanted === null) return wanted;
  if (foreign === 'Canceled') return foreign;
  return (rankOf(foreign) ?? 0) >= (rankOf(wanted) ?? 0) ? foreign : wanted;
}
