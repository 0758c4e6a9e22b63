import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { replayTopics } from '@pipeline/schemas';
import type { ProducerMessage } from '@pipeline/streams/kafka';
import type { Log } from '../kafka/log.ts';
import { toNotificationMessage } from '../notificationMessage.ts';
import { checkGaps } from '../replay/plan.ts';
import type { FoundEvent, Period } from './readEvents.ts';

const ID = 'import-id';
/** Line with which the batch began: all before it is in the lane. */
const BATCH = 'import-batch';
const PRODUCER = 'ops import-events';
const HEAD_BYTES = 64 * 1_024;

export interface ImportSelection extends Period {
  /** Another text makes another import of the same files. */
  readonly run: string;
}

/**
 * The same for the same file and selection, wherever the file lies, so that an import which was broken off is found again.
 * @throws Error of the file system.
 */
export async function importIdOf(file: string, { since, until, run }: ImportSelection): Promise<string> {
  await using handle = await open(file);
  const { size } = await handle.stat();
  const head = Buffer.alloc(Math.min(size, HEAD_BYTES));
  await handle.read(head, 0, head.length, 0);
  return createHash('sha256')
    .update(JSON.stringify([size, since ?? null, until ?? null, run]))
    .update(head)
    .digest('hex')
    .slice(0, 16);
}

/**
 * By import: the line with which its last batch in the lane began. One batch is sent at a time, so all before it is there.
 * @throws Error when the lane could not be read to its end: it may hold more.
 */
export async function readImported(log: Log): Promise<ReadonlyMap<string, number>> {
  const imported = new Map<string, number>();
  await log.read([{ topic: replayTopics.fulfillmenttoolsNotifications }], ({ headers }) => {
    const { [ID]: id, [BATCH]: batch } = headers;
    if (id !== undefined && /^\d{1,12}$/.test(batch ?? ''))
      imported.set(id, Math.max(imported.get(id) ?? 0, Number(batch)));
    return false;
  });
  checkGaps(log);
  return imported;
}

/** A batch of events as they are put into the lane: as a webhook would have landed them, but for their origin. */
export function toMessages(
  events: readonly FoundEvent[],
  { topic, importId, now }: { readonly topic: string; readonly importId: string; readonly now: Date },
): ProducerMessage[] {
  const first = events[0]?.line ?? 0;
  return events.map(({ notification }) => {
    const message = toNotificationMessage(notification, { topic, producer: PRODUCER, now });
    return { ...message, headers: { ...message.headers, [ID]: importId, [BATCH]: String(first) } };
  });
}
