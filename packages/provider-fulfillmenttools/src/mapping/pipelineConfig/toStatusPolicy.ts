import { type StatusPolicy, statusPresets } from '@pipeline/fulfillment';
import type { PipelineConfig } from './parsePipelineConfig.ts';

/** Values of the settings of these names. */
export interface StatusSettings {
  readonly STATUS_PRESET: keyof typeof statusPresets;
  readonly STATUS_CANCELLED?: StatusPolicy['cancelled'] | undefined;
  readonly STATUS_NOT_COLLECTED?: StatusPolicy['notCollected'] | undefined;
  readonly STATUS_COLLECT_HANDED_OVER?: StatusPolicy['collectHandedOver'] | undefined;
  readonly STATUS_PARTLY_HANDED_OVER?: StatusPolicy['partlyHandedOver'] | undefined;
  readonly STATUS_PARCEL_DELIVERED?: StatusPolicy['parcelDelivered'] | undefined;
  readonly STATUS_READY?: StatusPolicy['ready'] | undefined;
  readonly STATUS_UNROUTABLE: StatusPolicy['unroutable'];
  readonly STATUS_SHORTFALL: StatusPolicy['shortfall'];
  readonly STATUS_PARTS?: StatusPolicy['parts'] | undefined;
  readonly STATUS_REVERTED_DELIVERY: StatusPolicy['revertedDelivery'];
}

type FromPlatform = Pick<StatusPolicy, 'trackingLinks' | 'syncChannelId' | 'parcelsField' | 'jobsField'>;

/**
 * What pipeline.yaml says, else the settings, else the preset; and what the platform has a place for.
 * `fromPlatform`: (Default: as the preset has it.)
 */
export function toStatusPolicy(
  { status: file = {} }: Pick<PipelineConfig, 'status'>,
  settings: StatusSettings,
  fromPlatform?: FromPlatform,
): StatusPolicy {
  const preset: StatusPolicy = statusPresets[file.preset ?? settings.STATUS_PRESET];
  return {
    ...preset,
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
