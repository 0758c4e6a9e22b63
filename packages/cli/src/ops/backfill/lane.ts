import type { ListPosition } from '@pipeline/platform-commercetools';
import type { ReplayLane } from '@pipeline/schemas';
import { notificationHeaders } from '@pipeline/service-kit';
import type { Log } from '../kafka/log.ts';
import { checkGaps } from '../replay/plan.ts';

/** What of a backfill is in the lane. */
export interface Sent {
  readonly count: number;
  /** Where the last batch began: everything before it is in the lane. undefined: at the beginning. */
  readonly after: ListPosition | undefined;
  /** Orders that are in the lane from there on: of the last batch, which may be there in part. */
  readonly keys: ReadonlySet<string>;
  /** Number of the next batch. */
  readonly nextBatch: number;
}

const ID = 'backfill-id';
const BATCH = 'backfill-batch';
const AFTER = 'backfill-after';

export interface Batch {
  readonly backfillId: string;
  readonly number: number;
  readonly after: ListPosition | undefined;
  /** name@version */
  readonly producer: string;
}

/**
 * Headers of a notification of a backfill: those of a landed one, `origin: backfill`, and to which batch it belongs and
 * where in the listing that began. One batch is sent at a time, and the next one when it is acknowledged as a whole.
 */
export const backfillHeaders = ({ backfillId, number, after, producer }: Batch, id: string, now: Date) => ({
  ...notificationHeaders({ source: 'commercetools', origin: 'backfill', producer, time: now, id }),
  [ID]: backfillId,
  [BATCH]: String(number),
  ...(after && { [AFTER]: `${after.time} ${after.id}` }),
});

type Headers = Readonly<Record<string, string>>;

/** Folds what lies in the lane, in any order. Messages of other backfills, and what was redriven, are passed over. */
export function createSentFold(backfillId: string) {
  const keysByAfter = new Map<string, Set<string>>();
  let [count, lastBatch, lastAfter] = [0, 0, ''];
  return {
    add({ key, headers }: { readonly key: string | null; readonly headers: Headers }): void {
      if (headers[ID] !== backfillId || headers['origin'] !== 'backfill' || key === null) return;
      const batch = Number(headers[BATCH]);
      const after = headers[AFTER] ?? '';
      count += 1;
      keysByAfter.set(after, (keysByAfter.get(after) ?? new Set()).add(key));
      if (batch <= lastBatch) return;
      lastBatch = batch;
      lastAfter = after;
    },
    result(): Sent {
      const [time, id] = lastAfter.split(' ');
      return {
        count,
        after: time !== undefined && id !== undefined ? { time, id } : undefined,
        keys: keysByAfter.get(lastAfter) ?? new Set(),
        nextBatch: lastBatch + 1,
      };
    },
  };
}

/** Clocks differ. */
const SKEW_MS = 5 * 60_000;

/** @throws Error when the lane could not be read to its end: better nothing than twice. */
export async function readSent(
  log: Log,
  { lane, backfillId, since }: { readonly lane: ReplayLane; readonly backfillId: string; readonly since?: number },
): Promise<Sent> {
  const fold = createSentFold(backfillId);
  const bounds = since === undefined ? {} : { since: Math.max(1, since - SKEW_MS) };
  await log.read([{ topic: lane, ...bounds }], (message) => {
    fold.add(message);
    return false;
  });
  checkGaps(log);
  return fold.result();
}
