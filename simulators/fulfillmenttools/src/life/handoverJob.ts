import { randomUUID } from 'node:crypto';
import type { HandoverJob, HandoverLine, OrderLine, Parcel, PickJob, Shipment, SubstituteLine } from '../core/model.ts';
import { noWorkflow } from '../core/model.ts';
import { newEntity, present } from '../core/world.ts';
import { divide, piecesOf } from './lines.ts';
import { inherited, kindOf, type Part, type Stage } from './stage.ts';

export interface HandoverSource {
  readonly part: Part;
  readonly facilityRef: string;
  /** None where goods from another facility are only given away. */
  readonly pickJob: PickJob | undefined;
  /** Of goods that are shipped: one handover job gives away one parcel. */
  readonly shipment: Shipment | undefined;
  readonly parcel: Parcel | undefined;
  readonly lines: readonly HandoverLine[];
  /** What is still on its way from another facility; it is waited for. */
  readonly expected: readonly OrderLine[];
}

/** A handover job leads to the order only by process, pick job and tenantOrderId. */
export function toHandoverJob({ world, record }: Stage, source: HandoverSource): HandoverJob {
  const { part, facilityRef, pickJob, shipment, lines, expected } = source;
  const { order } = record;
  const identity = newEntity(world);
  const shortIdentifier = String(pickJob?.['shortId'] ?? identity.id.slice(0, 4).toUpperCase());
  return {
    ...identity,
    ...inherited(world, order),
    ...present({ pickJobRef: pickJob?.id, shipmentRef: shipment?.id, transfers: part.transfer && [part.transfer] }),
    ...(shipment === undefined ? {} : { handoverJobParcelInfo: parcelInfo(shipment, source.parcel) }),
    ...(expected.length === 0 ? {} : { expectedHandoverJobLineItems: expected.map(toExpected) }),
    processId: order.processId,
    facilityRef,
    orderDate: order.orderDate,
    targetTime: order.deliveryPreferences?.targetTime ?? identity.created,
    channel: kindOf(record) === 'COLLECT' && shipment === undefined ? 'COLLECT' : 'DELIVERY',
    status: expected.length === 0 ? 'OPEN' : 'WAITING_FOR_INPUT',
    paid: order.deliveryPreferences?.collect?.[0]?.paid ?? true,
    shortIdentifier,
    fullIdentifier: `${shortIdentifier}-${identity.id.slice(0, 8)}`,
    handoverJobLineItems: lines,
    workflowInformation: noWorkflow,
  };
}

const parcelInfo = (shipment: Shipment, parcel: Parcel | undefined): object =>
  present({
    shipmentRef: shipment.id,
    parcelRef: parcel?.id,
    carrierKey: shipment.carrierKey,
    carrierTrackingNumber: parcel?.result?.['carrierTrackingNumber'],
  });

const toExpected = ({ id, article, quantity }: OrderLine) => ({ id, article, quantity });

export const toHandoverLine = ({ article, quantity }: Pick<OrderLine, 'article' | 'quantity'>): HandoverLine => ({
  id: randomUUID(),
  article,
  quantity,
  handedOverQuantity: 0,
  status: 'OPEN',
});

/** What was picked; a line's quantity counts its substitutes too. */
export function pickedToHandover({ pickLineItems }: PickJob): HandoverLine[] {
  return pickLineItems.flatMap((line) => {
    const substitutes = (line.substituteLineItems ?? []).map(({ id, article, quantity }) => ({
      id,
      article,
      quantity,
    }));
    const quantity = line.picked + piecesOf(substitutes);
    if (quantity === 0) return [];
    const bare = toHandoverLine({ article: line.article, quantity });
    return [substitutes.length === 0 ? bare : { ...bare, substituteLineItems: substitutes }];
  });
}

/** The lines after the handover; what the customer refuses are the last `refused` pieces. */
export function handedOverLines(lines: readonly HandoverLine[], refused: number): HandoverLine[] {
  const [taken] = divide(lines, piecesOf(lines) - refused);
  return lines.map((line): HandoverLine => {
    const given = taken.find(({ id }) => id === line.id)?.quantity ?? 0;
    const { substituteLineItems = [] } = line;
    const substituted = piecesOf(substituteLineItems);
    return {
      ...line,
      handedOverQuantity: given - substituted,
      ...(substituted === 0 ? {} : { substituteLineItems: substituteLineItems.map(toHandedOver) }),
      ...(given === line.quantity ? {} : { refused: [{ quantity: line.quantity - given, reason: 'Not as expected' }] }),
      status: 'CLOSED',
    };
  });
}

const toHandedOver = (line: SubstituteLine): SubstituteLine => ({ ...line, handedOverQuantity: line.quantity });

/** The lines as they were before their handover. */
export const takenBackLines = (lines: readonly HandoverLine[]): HandoverLine[] =>
  lines.map(({ refused: _, substituteLineItems, ...line }) => ({
    ...line,
    ...(substituteLineItems === undefined
      ? {}
      : { substituteLineItems: substituteLineItems.map(({ id, article, quantity }) => ({ id, article, quantity })) }),
    handedOverQuantity: 0,
    status: 'OPEN',
  }));
