import type { Parcel, ProcessState } from '@pipeline/schemas/types';

type Known = Pick<ProcessState, 'parcels' | 'shipments'>;

const listed = ({ shipments }: Known) =>
  shipments.flatMap((shipment) => shipment.parcels.map((entry) => ({ shipment, entry })));

/** The parcels that were heard of, with what their shipment tells of them: their number, and the pick job. */
export function knownParcels(process: Known): Parcel[] {
  const entries = listed(process);
  return process.parcels.map((parcel) => {
    const found = entries.find(({ entry }) => entry.id === parcel.id);
    const shipment = found?.shipment ?? process.shipments.find(({ id }) => id === parcel.shipmentId);
    return {
      ...parcel,
      shipmentId: parcel.shipmentId ?? shipment?.id ?? null,
      pickJobId: parcel.pickJobId ?? shipment?.pickJobId ?? null,
      trackingNumber: parcel.trackingNumber ?? found?.entry.trackingNumber ?? null,
    };
  });
}

/** The parcels that shipments list and nothing else has told of yet. */
export const unheardParcels = (process: Known): Parcel[] =>
  listed(process)
    .filter(({ entry }) => !process.parcels.some(({ id }) => id === entry.id))
    .map(({ shipment, entry: { id, status, trackingNumber } }) => ({
      ...bareParcel(id),
      ...{ status, shipmentId: shipment.id, pickJobId: shipment.pickJobId, trackingNumber },
    }));

/** Of which nothing but the id is known. */
export const bareParcel = (id: string): Parcel => ({
  id,
  version: 0,
  status: 'UNKNOWN',
  shipmentId: null,
  pickJobId: null,
  carrierKey: null,
  trackingNumber: null,
  trackingUrl: null,
  trackingStatus: null,
});
