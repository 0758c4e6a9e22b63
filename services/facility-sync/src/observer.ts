import type { FacilityEntry } from '@pipeline/schemas';
import type { Logger, Metrics } from '@pipeline/service-kit';

/** `nothing`: the channel has no facility, or nothing newer was said of it. */
export type FacilityOutcome = 'created' | 'adopted' | 'updated' | 'unchanged' | 'online' | 'offline' | 'nothing';

export interface FacilityObserver {
  /** What came of a channel's event. */
  settled(entry: Pick<FacilityEntry, 'channelId' | 'facilityId'>, outcome: FacilityOutcome, reason?: string): void;
}

/** Log lines and metrics of what comes of channels. */
export function createFacilityObserver({
  logger,
  metrics,
}: {
  readonly logger: Logger;
  readonly metrics: Metrics;
}): FacilityObserver {
  return {
    settled({ channelId, facilityId }, outcome, reason) {
      const isIdle = outcome === 'nothing' || outcome === 'unchanged';
      if (outcome !== 'nothing') metrics.facilities.inc({ outcome });
      logger[isIdle ? 'debug' : 'info']('facility settled', {
        key: channelId,
        entityId: facilityId ?? undefined,
        outcome,
        reason,
      });
    },
  };
}
