import { type StatusPolicy, statusPresets } from '@pipeline/fulfillment';
import type { Settings } from './config.ts';

type FromPlatform = Pick<StatusPolicy, 'trackingLinks' | 'syncChannelId' | 'parcelsField' | 'jobsField'>;

/** The preset with what the settings say otherwise, and what the platform has a place for. */
export function toStatusPolicy(
  settings: Settings,
  { trackingLinks, syncChannelId, parcelsField, jobsField }: FromPlatform,
): StatusPolicy {
  const preset: StatusPolicy = statusPresets[settings.STATUS_PRESET];
  return {
    cancelled: settings.STATUS_CANCELLED ?? preset.cancelled,
    notCollected: settings.STATUS_NOT_COLLECTED ?? preset.notCollected,
    collectHandedOver: settings.STATUS_COLLECT_HANDED_OVER ?? preset.collectHandedOver,
    partlyHandedOver: settings.STATUS_PARTLY_HANDED_OVER ?? preset.partlyHandedOver,
    parcelDelivered: settings.STATUS_PARCEL_DELIVERED ?? preset.parcelDelivered,
    ready: settings.STATUS_READY ?? preset.ready,
    unroutable: settings.STATUS_UNROUTABLE,
    shortfall: settings.STATUS_SHORTFALL,
    parts: settings.STATUS_PARTS ?? preset.parts,
    revertedDelivery: settings.STATUS_REVERTED_DELIVERY,
    parcelsField,
    jobsField,
    trackingLinks,
    syncChannelId,
  };
}
