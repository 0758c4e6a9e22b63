import type { Facilities, Facility } from '@pipeline/provider-fulfillmenttools';
import type { HandlerContext } from '@pipeline/streams';

interface Marked {
  readonly channelId: string;
  /** What its `tenantFacilityId` may be, the likeliest first; what is empty or not known is passed over. */
  readonly keys: readonly (string | null | undefined)[];
}

/** The facility with the mark of a channel, whoever made it; never that of another channel, or of nobody. */
export async function findMarked(
  facilities: Pick<Facilities, 'find'>,
  { channelId, keys }: Marked,
  { read }: Pick<HandlerContext, 'read'>,
): Promise<Facility | undefined> {
  for (const key of new Set(keys)) {
    const found = key
      ? await read({ name: 'findFacility', part: key }, (signal) => facilities.find(key, signal))
      : undefined;
    if (found?.channelId === channelId && !found.isSupplier) return found;
  }
  return undefined;
}
