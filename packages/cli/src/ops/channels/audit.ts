import { type Facility, toFacilityChange, toWantedFacility } from '@pipeline/provider-fulfillmenttools';
import type { ChannelSnapshot } from '@pipeline/schemas';
import { toPipelineError } from '@pipeline/streams';

/** A channel as commercetools has it; `unreadable` is why there is no snapshot. Only those with the role have either. */
export interface AuditedChannel {
  readonly id: string;
  readonly key: string;
  readonly supplies: boolean;
  readonly snapshot?: ChannelSnapshot;
  readonly unreadable?: string;
}

/** What is not as the channels say. */
export interface Finding {
  readonly kind: 'still-online' | 'no-facility' | 'several-facilities' | 'differs' | 'incomplete';
  readonly channelId: string;
  /** Of the channel; of one that is gone the facility's `tenantFacilityId`. */
  readonly key: string | null;
  readonly facilityIds: readonly string[];
  /** For a person; names of fields, without their values. */
  readonly text: string;
}

/** Compares all channels of a project with all facilities that have the mark of a channel. Pure. */
export function audit(
  channels: readonly AuditedChannel[],
  facilities: readonly Facility[],
  companyName: string | undefined,
): readonly Finding[] {
  const byId = new Map(channels.map((channel) => [channel.id, channel]));
  const byMark = Map.groupBy(
    facilities.filter(({ isSupplier, channelId }) => !isSupplier && channelId !== null),
    ({ channelId }) => channelId ?? '',
  );
  const lost = [...byMark].flatMap(([channelId, own]) =>
    byId.get(channelId)?.supplies ? [] : own.flatMap((facility) => judgeLost(facility, byId.get(channelId), channelId)),
  );
  const supplying = channels.filter(({ supplies }) => supplies);
  return [...lost, ...supplying.flatMap((channel) => judgeChannel(channel, byMark.get(channel.id) ?? [], companyName))];
}

function judgeLost(facility: Facility, channel: AuditedChannel | undefined, channelId: string): Finding[] {
  const { id, status, tenantFacilityId } = facility;
  if (status === 'OFFLINE') return [];
  const why = channel ? 'its channel has no longer the role' : 'its channel is gone';
  const key = channel?.key ?? tenantFacilityId;
  return [{ kind: 'still-online', channelId, key, facilityIds: [id], text: `${status}, but ${why}` }];
}

function judgeChannel(channel: AuditedChannel, own: readonly Facility[], companyName?: string): Finding[] {
  const { id: channelId, key, snapshot, unreadable } = channel;
  const found = (kind: Finding['kind'], text: string): Finding[] => [
    { kind, channelId, key, facilityIds: own.map(({ id }) => id), text },
  ];
  const [facility, ...others] = own;
  if (others.length > 0) return found('several-facilities', 'several facilities have the mark of this channel');
  if (!snapshot) return found('incomplete', unreadable ?? 'it could not be read');
  try {
    const wanted = toWantedFacility(snapshot, companyName);
    if (!facility) return found('no-facility', 'no facility has the mark of this channel');
    const change = toFacilityChange(facility, wanted, { channelId, online: false });
    return change ? found('differs', `not as the channel says: ${Object.keys(change).join(', ')}`) : [];
  } catch (error) {
    return found('incomplete', toPipelineError(error).message);
  }
}
