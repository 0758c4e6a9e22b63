import { collapse } from './collapse.ts';
import type { Cursor } from './cursor.ts';
import type { CatchUpSource, CaughtUp } from './source.ts';

export interface SweepOptions {
  readonly source: Pick<CatchUpSource, 'readPage'>;
  readonly after: Cursor;
  /** Exclusive, ISO: behind now by the vendor's lag. */
  readonly until: string;
  /** Resolves when all in-sync replicas have them. Rejects when that is not known. */
  readonly publish: (notifications: readonly CaughtUp[]) => Promise<void>;
  /** Kafka has everything up to here: the only moment at which a watermark may be stored. */
  readonly passed: (cursor: Cursor, page: { readonly read: number; readonly sent: number }) => Promise<void>;
  /** Before each page: may it be read now? (Default: at once) */
  readonly pace?: () => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Reads from a cursor to a time and publishes what it finds, a page after the other. Ends when everything is read.
 * Stopped anywhere, it goes on from the cursor that was passed last: then something may come twice, nothing is left out.
 * @throws what its parts reject with; the signal's reason.
 */
export async function sweep(options: SweepOptions): Promise<void> {
  const { source, until, publish, passed, pace = () => Promise.resolve(), signal } = options;
  let { after } = options;
  for (;;) {
    signal.throwIfAborted();
    await pace();
    const { notifications, next } = await source.readPage({ after, until, signal });
    signal.throwIfAborted();
    const distinct = collapse(notifications);
    if (distinct.length > 0) await publish(distinct);
    if (!next) return;
    after = next;
    await passed(after, { read: notifications.length, sent: distinct.length });
  }
}
