import {
  currentPlacement,
  currentPlacements,
  type DesiredStatus,
  dividedInto,
  notApplied,
  WHOLE_ORDER,
} from '@pipeline/fulfillment';
import type { OrderFulfillmentState, Placement } from '@pipeline/schemas';
import { positionOf } from '../dlq/letters.ts';
import { describeTime } from '../duration.ts';
import type { Happening, Place, Story } from './story.ts';
import type { Verdict } from './verdict.ts';

export interface DescribeOptions {
  readonly verdict: Verdict;
  readonly desired: DesiredStatus | undefined;
  /** The last so many of what happened. */
  readonly most: number;
}

/** The story as text, the answer first. No line holds personal data. */
export function describeStory(story: Story, { verdict, desired, most }: DescribeOptions): string[] {
  const number = story.ledger?.value.orderNumber ?? story.state?.value.orderNumber ?? null;
  return [
    `Order ${number ?? 'without a known number'}, commercetools id ${story.orderId}`,
    '',
    `Waits for ${verdict.waitsFor}`,
    `Next step: ${verdict.next}`,
    '',
    ...ledgerLines(story),
    ...stateLines(story, desired),
    ...story.links.map(({ key, place }) => row('Link', `${key}  ${describePlace(place)}`)),
    ...story.letters.map((letter) => {
      const { letter: content, redrives } = letter;
      const sent = redrives.at(-1);
      return row(
        'Dead letter',
        `${letter.service} ${positionOf(letter)}  ${content.errorCode}, ${describeTime(letter.at)}${sent ? `, sent back ${sent.at.slice(0, 19).replace('T', ' ')}` : ''}`,
      );
    }),
    ...story.held.map(({ event, since, place }) =>
      row('Held', `${event} since ${describeTime(since)}  ${describePlace(place)}`),
    ),
    ...story.behind.map(({ service, place }) => row('Not finished', `${service}: ${describePlace(place)}`)),
    '',
    ...happeningLines(story, most),
  ];
}

const row = (title: string, text: string): string => `${title.padEnd(13)} ${text}`;
const describePlace = ({ topic, partition, offset }: Place): string => `[${topic} ${partition}:${offset}]`;

/** Of what may lie in another partition. */
const notFoundHere = 'nothing was found in the partition that its key has now';

function ledgerLines({ ledger, partitionsAdded }: Story): string[] {
  if (!ledger) return [row('Ledger', partitionsAdded ? notFoundHere : 'knows nothing of it')];
  const { value, place } = ledger;
  const targets = dividedInto(value);
  const current = (targets.length === 0 ? [undefined] : targets).map((target) => currentPlacement(value, target));
  const statuses = new Set(current.map((placement) => placement?.status ?? 'noted'));
  const versions = [
    `order version ${value.orderVersion}`,
    ...(value.cancelVersion === null ? [] : [`cancelled at version ${value.cancelVersion}`]),
  ];
  return [
    row(
      'Ledger',
      `${[...statuses].join(' and ')}, ${versions.join(', ')}, ${describeTime(value.updatedAt)}  ${describePlace(place)}`,
    ),
    ...value.placements.flatMap((placement) => placementLines(placement, current.includes(placement))),
  ];
}

function placementLines(placement: Placement, current: boolean): string[] {
  const { target, status, reason, attempt, uncertain, collect, lines, lock } = placement;
  const { tenantOrderId, providerOrderId, processId } = placement;
  const ids = [
    ...(providerOrderId === null ? [] : [`fulfillmenttools order ${providerOrderId}`]),
    ...(processId === null ? [] : [`process ${processId}`]),
    ...(tenantOrderId === null ? [] : [`tenantOrderId ${tenantOrderId}`]),
  ];
  const facts = [
    ...(target === WHOLE_ORDER ? [] : [`target ${target}${current ? `: ${status}` : ''}`]),
    ...(current ? [] : [`earlier: ${status}`]),
    ...(reason === null ? [] : [`reason ${reason}`]),
    `attempt ${attempt}${uncertain ? ', an earlier one may have been accepted' : ''}`,
    ...(lock === 'none' ? [] : [`lock ${lock}`]),
    ...notApplied(placement).map((open) => `amendment not applied: ${open.part} (${open.reason})`),
    ...(lines.length === 0 ? [] : [`${collect ? 'collect' : 'delivery'} of ${describeLines(lines)}`]),
  ];
  return [row('', facts.join(', ')), ...(ids.length === 0 ? [] : [row('', ids.join(', '))])];
}

const describeLines = (lines: readonly { readonly articleId: string; readonly quantity: number }[]): string =>
  lines.map(({ articleId, quantity }) => `${quantity} × ${articleId}`).join(', ');

function stateLines({ state, partitionsAdded }: Story, desired: DesiredStatus | undefined): string[] {
  if (!state) return [row('State', partitionsAdded ? notFoundHere : 'nothing was folded yet')];
  const { value, place } = state;
  const { platform, written, refused, reopened } = value;
  const shows = platform
    ? `commercetools shows ${platform.shipmentState ?? 'no ShipmentState'} at version ${platform.version}`
    : 'commercetools was not read yet';
  return [
    row(
      'State',
      `${shows}, we wrote ${written?.shipmentState ?? 'none'}, wanted ${desired?.shipmentState ?? 'no change'}  ${describePlace(place)}`,
    ),
    ...refused.map(({ group, code }) => row('', `refused: ${group} (${code})`)),
    ...(reopened === 0 ? [] : [row('', `lowered on purpose ${reopened} times`)]),
    ...value.processes.flatMap((process) => jobLines(process, value)),
  ];
}

function jobLines(process: OrderFulfillmentState['processes'][number], state: OrderFulfillmentState): string[] {
  const { order, routingPlans, pickJobs, handoverJobs, parcels, returns } = process;
  const at = (facilityId: string | null): string => (facilityId === null ? '' : `, facility ${facilityId}`);
  const placements = currentPlacements(state);
  const own = placements.find(({ processId }) => processId === process.processId);
  const other = !own && placements.length > 0 && placements.every(({ processId }) => processId !== null);
  return [
    ...(other ? [`other process ${process.processId}, does not count`] : []),
    ...(own && own.target !== WHOLE_ORDER ? [`target ${own.target}, process ${process.processId}`] : []),
    ...(order
      ? [`order ${order.id}: ${order.status}${order.cancellation === 'NONE' ? '' : `, ${order.cancellation}`}`]
      : []),
    ...routingPlans.map(({ id, status, facilityId }) => `routing plan ${id}: ${status}${at(facilityId)}`),
    ...pickJobs.map(({ id, status, facilityId, lines }) => {
      const picked = lines.reduce((sum, line) => sum + line.picked, 0);
      const asked = lines.reduce((sum, line) => sum + line.quantity, 0);
      return `pick job ${id}: ${status}, picked ${picked} of ${asked}${at(facilityId)}`;
    }),
    ...handoverJobs.map(({ id, status, channel, facilityId, trackingNumber, lines }) => {
      const given = lines.reduce((sum, line) => sum + line.handedOver, 0);
      const tracking = trackingNumber === null ? '' : `, tracking ${trackingNumber}`;
      return `handover job ${id}: ${status}, ${channel}, handed over ${given}${at(facilityId)}${tracking}`;
    }),
    ...parcels.map(
      ({ id, status, trackingNumber, trackingStatus }) =>
        `parcel ${id}: ${status}, tracking ${trackingNumber ?? 'none'}, ${trackingStatus ?? 'no news of the carrier'}`,
    ),
    ...returns.map(({ id, status }) => `return ${id}: ${status}`),
  ].map((line) => row('', line));
}

function happeningLines({ happenings, since }: Story, most: number): string[] {
  const shown = happenings.slice(-most);
  const left = happenings.length - shown.length;
  if (shown.length === 0) return [`Nothing happened since ${describeTime(since)} UTC; --since reads further back.`];
  const width = Math.max(...shown.map(({ who }) => who.length));
  return [
    `What happened, read from ${describeTime(since)} on (times are UTC, those of Kafka)${left === 0 ? '' : `; ${left} earlier ones are left out, --all shows them`}`,
    ...shown.map((happening) => describeHappening(happening, width)),
  ];
}

function describeHappening({ place, who, what, origin }: Happening, width: number): string {
  const time = new Date(place.at).toISOString().slice(0, 23).replace('T', ' ');
  return `${time}  ${who.padEnd(width)}  ${what}${origin === undefined ? '' : ` (${origin})`}  ${describePlace(place)}`;
}
