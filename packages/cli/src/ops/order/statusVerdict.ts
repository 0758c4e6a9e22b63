import {
  currentProcess,
  type DesiredStatus,
  groupsOf,
  isDelivered,
  isHandedOver,
  isLiveHandoverJob,
  isLivePickJob,
  type StatusChange,
  toChange,
} from '@pipeline/fulfillment';
import type { OrderFulfillmentState, ProcessState } from '@pipeline/schemas';
import { redriveCommand } from '../dlq/nextSteps.ts';
import { describeDuration } from '../duration.ts';
import type { Story } from './story.ts';
import { behindOf, fromBehind, fromLetter, machine, nothing, openLetters, person, type Verdict } from './verdict.ts';

const pickingDone = ['PICKED', 'CLOSED'];

const alerts: Readonly<Record<DesiredStatus['alerts'][number], string>> = {
  'placement-unknown': 'Several fulfillmenttools orders claim it, and the ledger names none.',
  'duplicate-order': 'fulfillmenttools has another live order of it: cancel the one that the ledger does not name.',
  'quantities-unknown': 'Goods left, but what was ordered is not known. Look at the order at fulfillmenttools.',
  'not-routable': 'fulfillmenttools finds no facility for it. Look at stock and facilities there.',
  waiting: 'fulfillmenttools waits with the routing. Look at stock and facilities there.',
  'zero-picked': 'Nothing was picked. Ask the store.',
  'delivery-without-shipping':
    'The order has no shippingInfo (or several shipping targets) to hang a delivery on: commercetools cannot show it.',
  'delivery-without-goods': 'None of the goods that left are line items of the order. Look at what was substituted.',
  'aborted-without-successor': 'Picking ended and nobody took over. Reroute it at fulfillmenttools.',
};

/** What the placed order waits for on its way back to commercetools. `desired`: what it should show. */
export function statusVerdict(story: Story, desired: DesiredStatus | undefined, now: number): Verdict {
  const state = story.state?.value;
  const behind = behindOf(story, 'status-writer');
  const [held] = story.held;
  if (state?.platform?.gone) return nothing('nothing: commercetools does not have the order any more.');
  if (state && state.refused.length > 0) return behind ? fromBehind(behind) : refused(story, state);
  if (held)
    return machine(
      `ingest-fft: ${story.held.length} of its notifications are held since ${describeDuration(now - held.since)}, until it is known which order they are about.`,
      'Up to 30 s are normal; then fulfillmenttools is asked for 24 h. Does it answer reads (pipeline_retries_total of ingest-fft)?',
    );
  const [letter] = openLetters(story).filter(({ at }) => at > (state?.updatedAt ?? 0));
  if (letter) return fromLetter(letter);
  const pending =
    state?.platform && desired ? toChange({ desired, written: state.written, platform: state.platform }) : null;
  if (behind) return fromBehind(behind);
  if (pending) return unwritten(pending);
  const landing = behindOf(story, 'ingest-fft');
  if (landing) return fromBehind(landing);
  const [alert] = desired?.alerts ?? [];
  if (alert) return person(`a person: ${alert}.`, alerts[alert]);
  const process = state && currentProcess(state);
  if (!process)
    return machine(
      'fulfillmenttools: it has the order, and has told nothing about it yet.',
      'If that is long ago, look at the order there and at the subscription (pipeline_last_notification_timestamp_seconds).',
    );
  return working(process, state);
}

function refused({ letters }: Story, state: OrderFulfillmentState): Verdict {
  const groups = state.refused.map(({ group, code }) => `${group} (${code})`).join(', ');
  const fromLedger = letters.some(
    ({ service, stage, letter }) =>
      service === 'status-writer' && stage === 'call' && letter.origin.topic.endsWith('fulfillment.orders.v1'),
  );
  return person(
    `a person: commercetools refuses a part of the update: ${groups}.`,
    `Remove the cause (the Type, its fields, an API Extension of the shop). Its next change tries again by itself; else: ${redriveCommand('status-writer', { key: state.orderId })}${fromLedger ? ' --as-event' : ''} --dry-run`,
  );
}

function unwritten(change: StatusChange): Verdict {
  const { shipmentState, fields } = change;
  const parts = [
    ...(shipmentState === null ? [] : [`ShipmentState ${shipmentState}`]),
    ...Object.keys(fields),
    ...groupsOf(change).filter((group) => group !== 'state' && group !== 'fields'),
  ];
  return machine(
    `status-writer: it has not written ${parts.join(', ')} to commercetools.`,
    'Does it run with STATUS_WRITES=on? It tries again by itself; its log says "will try again" with the cause. With other STATUS_* settings than the defaults there may be nothing to write.',
  );
}

function working(
  { order, pickJobs, handoverJobs, parcels, routingPlans }: ProcessState,
  state: OrderFulfillmentState,
): Verdict {
  const shown = state.written?.shipmentState ?? state.platform?.shipmentState ?? null;
  if (order && order.cancellation !== 'NONE')
    return nothing(`nothing: cancelled at fulfillmenttools (${order.cancellation}).`);
  const picking = pickJobs.find((job) => isLivePickJob(job) && !pickingDone.includes(job.status));
  const handover = handoverJobs.find((job) => isLiveHandoverJob(job) && !isHandedOver(job));
  const at = (facilityId: string | null): string => (facilityId === null ? '' : ` at facility ${facilityId}`);
  const askStore = 'Nothing to do here. If it takes too long, ask the store.';
  if (handover)
    return machine(`its handover: job ${handover.id}${at(handover.facilityId)} is ${handover.status}.`, askStore);
  if (picking)
    return machine(`the store: pick job ${picking.id}${at(picking.facilityId)} is ${picking.status}.`, askStore);
  if (shown === 'Delivered' || shown === 'Canceled') return nothing(`nothing: commercetools shows ${shown}.`);
  if (shown === 'Shipped') {
    const under = parcels.filter((parcel) => !isDelivered(parcel) && parcel.status === 'DONE');
    return under.length === 0
      ? nothing(
          'nothing: commercetools shows Shipped.',
          'Nothing to do. It becomes Delivered once fulfillmenttools tells of each of its parcels that it was delivered; where it never does, it stays so.',
        )
      : machine(`the carrier: ${under.length} parcels are not reported as delivered.`, 'Nothing to do here.');
  }
  if (handoverJobs.length === 0)
    return machine(
      routingPlans.length === 0 && pickJobs.length === 0
        ? 'fulfillmenttools: it has the order, and no pick job was made yet.'
        : 'fulfillmenttools: what was picked has no handover job yet.',
      'Nothing to do here. If it takes too long, look at the order at fulfillmenttools.',
    );
  return machine(
    'fulfillmenttools: its next step.',
    'Nothing to do here. If it takes too long, look at the order at fulfillmenttools.',
  );
}
