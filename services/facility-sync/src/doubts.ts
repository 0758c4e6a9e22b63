import type { DoubtTiming } from '@pipeline/fulfillment';
import type { Facility } from '@pipeline/provider-fulfillmenttools';
import type { FacilityEntry } from '@pipeline/schemas';
import { CallAgain, type HandlerContext, type Instant } from '@pipeline/streams';

/** How long a request to make a facility may still have its effect, in parts; see ADR 13. */
export type AttemptTiming = Pick<DoubtTiming, 'startWindowMs' | 'requestTimeoutMs' | 'serverLimitMs'>;

/**
 * Attempts to make a facility that ended without a clear answer. One may have its effect long after its timeout: when its
 * `tenantFacilityId` is free again by then, for the channel has another key or none, that would be a second facility.
 */
export interface Doubts {
  /**
   * What `look` finds. While the attempt on record may still have its effect, and nothing stands in its way, that does
   * not count.
   * @throws CallAgain then: everything of this channel waits.
   */
  look(context: Context, look: () => Promise<Facility | undefined>): Promise<Facility | undefined>;
  /** An attempt of this process has ended, and nobody knows how. */
  begin(key: string): void;
  end(key: string): void;
}

type Context = Pick<HandlerContext<FacilityEntry>, 'key' | 'state'>;

/** It is looked for so often meanwhile. */
const LOOK_AGAIN_MS = 2_000;

export function createDoubts(timing: AttemptTiming, clock: () => Instant): Doubts {
  const { startWindowMs, requestTimeoutMs, serverLimitMs } = timing;
  const doubtMs = startWindowMs + requestTimeoutMs + serverLimitMs;
  const endedAt = new Map<string, Instant>();

  /** On the monotonic clock alone: a wall clock that is set forward must not end a doubt early. */
  function leftMs({ key, state }: Context): number {
    if (state.value?.status !== 'creating') return 0;
    const since = state.restored ? state.ownedSince : endedAt.get(key);
    return since ? since.monotonic + doubtMs - clock().monotonic : 0;
  }

  return {
    async look(context, look) {
      // Before looking: what has its effect between that and now would be seen by neither.
      const left = leftMs(context);
      const found = await look();
      if (left <= 0 || found?.tenantFacilityId === context.state.value?.tenantFacilityId) return found;
      throw new CallAgain(Math.min(left, LOOK_AGAIN_MS), 'a facility may still be made by an earlier request');
    },
    begin: (key) => void endedAt.set(key, clock()),
    end: (key) => void endedAt.delete(key),
  };
}
