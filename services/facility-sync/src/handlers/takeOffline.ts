import type { Facility } from '@pipeline/provider-fulfillmenttools';
import type { SyncFacilityOptions, Work } from './work.ts';
import { toAgain } from './work.ts';

/** A channel that is deleted, or no longer supplies: its facility goes offline, and stays. */
export function createTakeOffline({ facilities, observer }: SyncFacilityOptions) {
  return async (work: Work, channelVersion: number): Promise<void> => {
    const { event, context, toEntry } = work;
    const entry = context.state.value;
    const facility = await findOwn(work);
    const mustChange = facility !== undefined && facility.status !== 'OFFLINE';
    if (mustChange)
      await context
        .effect({ name: 'changeFacility' }, (permit) => facilities.change(facility, { status: 'OFFLINE' }, permit))
        .catch(toAgain);
    const offline = toEntry({
      channelVersion,
      tenantFacilityId: facility?.tenantFacilityId ?? entry?.tenantFacilityId ?? event.channel?.key ?? '',
      facilityId: facility?.id ?? null,
      status: 'offline',
      fingerprint: null,
    });
    await context.state.append(offline);
    observer.settled(offline, mustChange ? 'offline' : facility ? 'unchanged' : 'nothing');
  };

  /** The one on record, or what became of an attempt to make it; never that of another channel. */
  async function findOwn({ event: { channelId }, context }: Work): Promise<Facility | undefined> {
    const entry = context.state.value;
    if (entry?.facilityId) {
      const { facilityId } = entry;
      const known = await context.read((signal) => facilities.get(facilityId, signal));
      return known && (known.channelId ?? channelId) === channelId ? known : undefined;
    }
    if (entry?.status !== 'creating') return undefined;
    const made = await context.read((signal) => facilities.find(entry.tenantFacilityId, signal));
    return made?.channelId === channelId ? made : undefined;
  }
}
