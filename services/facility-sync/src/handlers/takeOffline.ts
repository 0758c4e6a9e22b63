import type { Facility } from '@pipeline/provider-fulfillmenttools';
import { findMarked } from './findMarked.ts';
import type { Parts, Work } from './work.ts';
import { toAgain } from './work.ts';

/** A channel that is deleted, or no longer supplies: its facility goes offline, and stays. */
export function createTakeOffline({ facilities, observer, doubts }: Parts) {
  return async (work: Work, channelVersion: number): Promise<void> => {
    const { context, toEntry } = work;
    const facility = await doubts.look(context, () => findOwn(work));
    const mustChange = facility !== undefined && facility.status !== 'OFFLINE';
    if (mustChange)
      await context
        .effect({ name: 'changeFacility' }, (permit) => facilities.change(facility, { status: 'OFFLINE' }, permit))
        .catch(toAgain);
    const offline = toEntry({
      channelVersion,
      tenantFacilityId: facility?.tenantFacilityId ?? keysOf(work).find(Boolean) ?? '',
      facilityId: facility?.id ?? null,
      status: 'offline',
      fingerprint: null,
    });
    await context.state.append(offline);
    doubts.end(context.key);
    observer.settled(offline, mustChange ? 'offline' : facility ? 'unchanged' : 'nothing');
  };

  /** The one on record, else one with the channel's mark, whoever made it; never that of another channel. */
  async function findOwn(work: Work): Promise<Facility | undefined> {
    const { event, context } = work;
    const { channelId } = event;
    const facilityId = context.state.value?.facilityId;
    const known = facilityId
      ? await context.read({ name: 'getFacility' }, (signal) => facilities.get(facilityId, signal))
      : undefined;
    if (known && (known.channelId ?? channelId) === channelId) return known;
    return findMarked(facilities, { channelId, keys: keysOf(work) }, context);
  }
}

/** What the facility's `tenantFacilityId` may be, what the provider was told last first. */
const keysOf = ({ event, context }: Work) => [
  context.state.value?.tenantFacilityId,
  event.channel?.key,
  event.channelKey,
];
