import { type StatusPolicy, statusPresets } from '@pipeline/fulfillment';
import type { StatusConfig } from '@pipeline/provider-fulfillmenttools';
import type { Settings } from './config.ts';

type FromPlatform = Pick<StatusPolicy, 'trackingLinks' | 'syncChannelId' | 'parcelsField' | 'jobsField'>;

/** What pipeline.yaml says, else the settings, else the preset; and what the platform has a place for. */
export function toStatusPolicy(settings: Settings, file: StatusConfig, fromPlatform: FromPlatform): StatusPolicy {
  const preset: StatusPolicy = statusPresets[file.preset ?? settings.STATUS_PRESET];
  return {
    cancelled: file.cancelled ?? settings.STATUS_CANCELLED ?? preset.cancelled,
    notCollected: file.notCollected ?? settings.STATUS_NOT_COLLECTED ?? preset.notCollected,
    collectHandedOver: file.collectHandedOver ?? settings.STATUS_COLLECT_HANDED_OVER ?? preset.collectHandedOver,
    partlyHandedOver: file.partlyHandedOver ?? settings.STATUS_PARTLY_HANDED_OVER ?? preset.partlyHandedOver,
    parcelDelivered: file.parcelDelivered ?? settings.STATUS_PARCEL_DELIVERED ?? preset.parcelDelivered,
    ready: file.ready ?? settings.STATUS_READY ?? preset.ready,
    unroutable: file.unroutable ?? settings.STATUS_UNROUTABLE,
    shortfall: file.shortfall ?? settings.STATUS_SHORTFALL,
    parts: file.parts ?? settings.STATUS_PARTS ?? preset.parts,
    revertedDelivery: file.revertedDelivery ?? settings.STATUS_REVERTED_DELIVERY,
    ...fromPlatform,
  };
}
