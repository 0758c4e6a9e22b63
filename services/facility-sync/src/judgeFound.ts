import {
  type Facility,
  type FacilityChange,
  toFacilityChange,
  type WantedFacility,
} from '@pipeline/provider-fulfillmenttools';

export interface Claim {
  readonly channelId: string;
  readonly wanted: WantedFacility;
  /** It was taken offline by us, and is to be online again. */
  readonly online: boolean;
}

/** May a channel have the facility that was found for it, and what would then be written; undefined: nothing. Pure. */
export function judgeFound(
  facility: Facility,
  { channelId, wanted, online }: Claim,
):
  | { readonly problem: 'facility-key-taken' | 'facility-is-supplier' }
  | { readonly problem?: never; readonly change: FacilityChange | undefined } {
  const isForeign = facility.channelId !== null && facility.channelId !== channelId;
  // Offline: its channel is gone, and this one has its key now.
  if (isForeign && facility.status !== 'OFFLINE') return { problem: 'facility-key-taken' };
  if (facility.isSupplier) return { problem: 'facility-is-supplier' };
  return { change: toFacilityChange(facility, wanted, { channelId, online: isForeign || online }) };
}
