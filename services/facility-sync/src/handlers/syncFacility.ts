import { createHash } from 'node:crypto';
import { PROVIDER, toWantedFacility, type WantedFacility } from '@pipeline/provider-fulfillmenttools';
import type { ChannelSnapshot, CommerceChannelEvent, FacilityEntry } from '@pipeline/schemas';
import { type Handler, instant, PipelineError } from '@pipeline/streams';
import { decideFacility } from '../decideFacility.ts';
import { createDoubts } from '../doubts.ts';
import { createBringUpToDate } from './bringUpToDate.ts';
import { createTakeOffline } from './takeOffline.ts';
import { type SyncFacilityOptions, toWork } from './work.ts';

/**
 * Keeps the facility of each channel with the role InventorySupply in step with it. Whatever is interrupted is taken up
 * from the entry on record: an attempt to make a facility is announced there, and looked for before another is made, for
 * as long as it may have its effect.
 */
export function createSyncFacility(options: SyncFacilityOptions): Handler<CommerceChannelEvent, FacilityEntry> {
  const { observer, companyName, clock = instant } = options;
  const parts = { ...options, doubts: createDoubts(options.timing, clock) };
  const takeOffline = createTakeOffline(parts);
  const bringUpToDate = createBringUpToDate(parts);
  const toWanted = (channel: ChannelSnapshot): WantedFacility => toWantedFacility(channel, companyName);

  return async ([{ value: event, headers }], context) => {
    if (event.type === 'Unknown') throw unknownEvent(event);
    const entry = context.state.value;
    const toFingerprint = (channel: ChannelSnapshot) => fingerprintOf(toWanted(channel));
    const step = decideFacility({ entry, event, isRepair: headers['origin'] === 'backfill', toFingerprint });
    const work = toWork(event, context, { provider: PROVIDER, clock });
    switch (step.do) {
      case 'nothing':
        observer.settled(
          { channelId: event.channelId, facilityId: entry?.facilityId ?? null },
          step.reason === 'unchanged' && entry?.facilityId ? 'unchanged' : 'nothing',
          step.reason,
        );
        break;
      case 'note':
        if (entry) await context.state.append(work.toEntry({ ...entry, channelVersion: step.version }));
        observer.settled({ channelId: event.channelId, facilityId: entry?.facilityId ?? null }, 'unchanged');
        break;
      case 'take-offline':
        await takeOffline(work, step.version);
        break;
      case 'sync':
        await bringUpToDate(work, { ...step, wanted: toWanted(step.channel) });
        break;
    }
    return [];
  };
}

const fingerprintOf = (wanted: WantedFacility): string =>
  createHash('sha256').update(JSON.stringify(wanted)).digest('hex');

function unknownEvent({ channelId, cause }: CommerceChannelEvent): PipelineError {
  const message = `The event of channel ${channelId}, ${cause}, is of a type that this version does not know. Update facility-sync, then redrive.`;
  return new PipelineError('permanent', 'event-unknown', message, { stage: 'map' });
}
