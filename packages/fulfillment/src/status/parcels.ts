import type { HandoverJob, Parcel, ProcessState } from '@pipeline/schemas/types';
import { compareText } from './join.ts';
import { bareParcel } from './knownParcels.ts';
import { carries, type Work } from './work.ts';

/** A parcel that the customer gets. Its key is the provider's id. null: not known. */
export interface DesiredParcel {
  readonly key: string;
  readonly carrier: string | null;
  readonly trackingNumber: string | null;
  readonly trackingUrl: string | null;
}

/**
 * The live parcels that these handover jobs give away, by id. What a parcel does not say itself is taken from its
 * shipment and its handover job, which may be heard of first.
 */
export function parcelsOf(jobs: readonly HandoverJob[], work: Work, { shipments }: ProcessState): DesiredParcel[] {
  const known = [...work.parcels, ...work.unheardParcels];
  const parcels = new Map<string, DesiredParcel>();
  for (const job of jobs) {
    const carried = known.filter((parcel) => carries(job, parcel));
    const named = job.parcelId !== null && carried.length === 0 && !work.deadParcelIds.has(job.parcelId);
    const all = named && job.parcelId !== null ? [bareParcel(job.parcelId)] : carried;
    for (const parcel of all) if (!parcels.has(parcel.id)) parcels.set(parcel.id, toParcel(parcel, job, all.length));
  }
  return [...parcels.values()].sort((a, b) => compareText(a.key, b.key));

  function toParcel(parcel: Parcel, job: HandoverJob, count: number): DesiredParcel {
    const shipment = shipments.find(({ id }) => id === (parcel.shipmentId ?? job.shipmentId));
    // of several parcels the job's number is that of one of them, nobody knows which
    const own = job.parcelId === parcel.id || count === 1;
    return {
      key: parcel.id,
      carrier: parcel.carrierKey ?? job.carrierKey ?? shipment?.carrierKey ?? null,
      trackingNumber: parcel.trackingNumber ?? (own ? job.trackingNumber : null),
      trackingUrl: parcel.trackingUrl,
    };
  }
}
