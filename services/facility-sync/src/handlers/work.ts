import type { Facilities } from '@pipeline/provider-fulfillmenttools';
import type { CommerceChannelEvent, FacilityEntry } from '@pipeline/schemas';
import { type HandlerContext, type Instant, PipelineError } from '@pipeline/streams';
import type { AttemptTiming, Doubts } from '../doubts.ts';
import type { FacilityObserver } from '../observer.ts';

export interface SyncFacilityOptions {
  readonly facilities: Facilities;
  /** Of facilities whose channel names no company. (Default: the channel's name) */
  readonly companyName?: string | undefined;
  readonly observer: FacilityObserver;
  readonly timing: AttemptTiming;
  /** (Default: this machine's clocks.) */
  readonly clock?: () => Instant;
}

/** What both handlings of a facility work with. */
export type Parts = Pick<SyncFacilityOptions, 'facilities' | 'observer' | 'timing'> & { readonly doubts: Doubts };

/** What one event is about while it is handled. */
export interface Work {
  readonly event: CommerceChannelEvent;
  readonly context: HandlerContext<FacilityEntry>;
  /** As it goes on record, with what is given in place of what was there. */
  readonly toEntry: (
    over: Pick<FacilityEntry, 'channelVersion' | 'tenantFacilityId' | 'facilityId' | 'status' | 'fingerprint'>,
  ) => FacilityEntry;
}

export const toWork = (
  event: CommerceChannelEvent,
  context: HandlerContext<FacilityEntry>,
  { provider, clock }: { readonly provider: string; readonly clock: () => Instant },
): Work => ({
  event,
  context,
  toEntry: (over) => ({
    channelId: event.channelId,
    platform: event.platform,
    instance: event.instance,
    projectKey: event.projectKey,
    provider,
    ...over,
    updatedAt: clock().wall,
  }),
});

/** A `gone` that ends as one would leave no trace: the facility went between reading and writing, so it is read again. */
export function toAgain(error: unknown): never {
  if (error instanceof PipelineError && error.errorClass === 'gone')
    throw new PipelineError('transient', 'facility-gone', error.message, { stage: 'call', cause: error });
  throw error;
}
