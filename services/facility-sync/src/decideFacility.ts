import { SUPPLY_ROLE } from '@pipeline/provider-fulfillmenttools';
import type { ChannelSnapshot, CommerceChannelEvent, FacilityEntry } from '@pipeline/schemas';

/** What becomes of a channel's facility. */
export type Step =
  | { readonly do: 'nothing'; readonly reason: 'older' | 'unchanged' }
  /** Nothing that the facility shows has changed: the version goes on record. */
  | { readonly do: 'note'; readonly version: number }
  /** Taken offline, if there is one; `version` goes on record either way, so that what is older changes nothing. */
  | { readonly do: 'take-offline'; readonly version: number }
  /** Made, or brought up to date; `online`: it was taken offline before. */
  | {
      readonly do: 'sync';
      readonly channel: ChannelSnapshot;
      readonly version: number;
      readonly fingerprint: string;
      readonly online: boolean;
    };

/**
 * The rules of the sync, pure. Only the newest version of a channel counts, in whatever order and how often events come;
 * of two with the same version the one that takes the facility offline, for a deletion repeats the last version. A version
 * that is not known counts as that on record, so that a deletion without one counts. The same version again is looked at
 * again where it is to have a facility: the settings may have changed. `toFingerprint` is asked only then, and may throw.
 *
 * `isRepair`: a person asks for what the channel says, so the facility is compared even where nothing is new. The channel
 * was read after the event was received: it is there, and a deletion with its version was wrong, if on record by then.
 */
export function decideFacility({
  entry,
  event,
  isRepair,
  toFingerprint,
}: {
  readonly entry: FacilityEntry | undefined;
  readonly event: CommerceChannelEvent;
  readonly isRepair: boolean;
  readonly toFingerprint: (channel: ChannelSnapshot) => string;
}): Step {
  const { channel } = event;
  const known = entry?.channelVersion ?? 0;
  const version = event.channelVersion || known;
  if (version < known) return { do: 'nothing', reason: 'older' };
  const isRepeated = entry?.channelVersion === version;
  const isOffline = isRepeated && entry.status === 'offline';
  const isGone = event.type === 'ChannelDeleted' || channel === null;
  if (isGone || !channel.roles.includes(SUPPLY_ROLE))
    return isOffline && !isRepair ? { do: 'nothing', reason: 'unchanged' } : { do: 'take-offline', version };
  if (isOffline && !(isRepair && entry.updatedAt <= event.receivedAt)) return { do: 'nothing', reason: 'older' };
  const fingerprint = toFingerprint(channel);
  const isSame = !isRepair && entry?.status === 'online' && entry.fingerprint === fingerprint;
  if (isSame) return isRepeated ? { do: 'nothing', reason: 'unchanged' } : { do: 'note', version };
  return { do: 'sync', channel, version, fingerprint, online: entry?.status === 'offline' };
}
