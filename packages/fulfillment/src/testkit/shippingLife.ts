import type { HandoverJob, PickJob } from '@pipeline/schemas/types';
import { aParcel, aShipment } from './factories.ts';
import { type LifeStep, step } from './lifeStep.ts';
import type { Tape } from './tape.ts';

/** What a carrier is told of goods, before their handover and after it. */
interface ShippingLife extends Pick<HandoverJob, 'parcelId' | 'shipmentId'> {
  readonly before: readonly LifeStep[];
  readonly after: readonly LifeStep[];
}

export const notShipped: ShippingLife = { parcelId: null, shipmentId: null, before: [], after: [] };

/** Not told of, one parcel that the handover names, or two of one shipment that lead to the pick job by it alone. */
export function shippingLife({ id: pickJobId }: PickJob, tape: Tape): ShippingLife {
  const count = tape.below(3);
  if (count === 0) return notShipped;
  const name = pickJobId.replace('pick', '');
  const shipmentId = `shipment${name}`;
  const parcels = Array.from({ length: count }, (_, index) =>
    count === 1
      ? aParcel({ id: `parcel${name}`, pickJobId })
      : aParcel({ id: `parcel${name}-${index}`, pickJobId: null, shipmentId, carrierKey: null }),
  );
  const listed = parcels.map(({ id }) => ({ id, status: 'DONE' as const, trackingNumber: null }));
  const shipment = step({ shipment: aShipment({ id: shipmentId, pickJobId, parcels: listed }) });
  const tracked = parcels.filter(() => tape.chance(2));
  return {
    parcelId: count === 1 ? `parcel${name}` : null,
    shipmentId: count === 1 ? null : shipmentId,
    before: tape.chance(2)
      ? [shipment, ...parcels.map((parcel) => step({ parcel }))]
      : [...parcels.map((parcel) => step({ parcel })), shipment],
    after: tracked.map((parcel) => {
      const trackingNumber = `T${parcel.id.replace('parcel', '')}`;
      const trackingUrl = `https://tracking.example.com/${trackingNumber}`;
      return step({ parcel: { ...parcel, version: 2, trackingNumber, trackingUrl, trackingStatus: 'delivered' } });
    }),
  };
}
