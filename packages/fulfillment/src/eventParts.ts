import type { FulfillmentEvent } from '@pipeline/schemas/types';

/** The parts of an event, one for each kind of entity. An event is about one of them, or none. */
export type EventParts = Pick<
  FulfillmentEvent,
  'order' | 'routingPlan' | 'pickJob' | 'handoverJob' | 'parcel' | 'return' | 'refund' | 'shipment' | 'packJob'
>;

export const noParts: EventParts = {
  order: null,
  routingPlan: null,
  pickJob: null,
  handoverJob: null,
  parcel: null,
  return: null,
  refund: null,
  shipment: null,
  packJob: null,
};
