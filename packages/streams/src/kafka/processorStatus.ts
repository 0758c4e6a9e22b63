import type { ProcessorStatus } from '../observer.ts';
import { type PartitionWork, sumLag, sumRestoring, sumUnfinished } from './partitionWork.ts';

export interface WorkToDescribe {
  readonly works: readonly PartitionWork[];
  /** Deployed names of the topics whose unfinished messages are counted. */
  readonly sources: readonly string[];
  readonly lanes: readonly string[];
}

/** What a processor's partitions say of themselves. */
export function describeWork({ works, sources, lanes }: WorkToDescribe) {
  const { count, bytes, oldestAt } = sumUnfinished(works, sources);
  return {
    ownedPartitions: works.length,
    restoreRemaining: sumRestoring(works),
    stateEntries: works.reduce((sum, { store }) => sum + (store?.size ?? 0), 0),
    stateBytes: works.reduce((sum, { store }) => sum + (store?.bytes ?? 0), 0),
    restoringPartitions: works.filter(({ status }) => status === 'opening').length,
    fencedPartitions: works.filter(({ status }) => status === 'fenced').map(({ partition }) => partition),
    unfinished: count,
    unfinishedBytes: bytes,
    replayLag: new Map(lanes.map((lane) => [lane, sumLag(works, lane)])),
    held: works.reduce((sum, { held }) => sum + held.size, 0),
    oldestUnfinishedAgeMs: oldestAt === undefined ? 0 : Date.now() - oldestAt,
  } satisfies Partial<ProcessorStatus>;
}
