import { parseExportedEvent } from '@pipeline/provider-fulfillmenttools';
import type { ExportedEvent } from '@pipeline/provider-fulfillmenttools';
import { readLines } from './readLines.ts';

/** Which events of a file. Milliseconds since the epoch, by their `created`; undefined: all. */
export interface Period {
  readonly since: number | undefined;
  readonly until: number | undefined;
}

/** An event of a file that is to be handled. */
export interface FoundEvent {
  readonly line: number;
  readonly notification: Extract<ExportedEvent, { kind: 'event' }>['notification'];
}

/** What files hold, in numbers. */
export interface Tally {
  /** By name of the event. */
  readonly events: Map<string, number>;
  /** Events that say nothing about an order, by name. */
  readonly others: Map<string, number>;
  /** Outside of the period. */
  outside: number;
  bad: number;
  /** The first of them, as `file:line reason`. */
  readonly badLines: string[];
}

export const createTally = (): Tally => ({ events: new Map(), others: new Map(), outside: 0, bad: 0, badLines: [] });

/** So many are named; of all the number is told. */
const MOST_NAMED = 1_000;

/**
 * The events of a file about orders, in order; everything is put into the tally. A line that cannot be used, or a file
 * that cannot be read to its end, is named there and stops nothing.
 */
export async function* readEvents(file: string, { since, until }: Period, tally: Tally): AsyncGenerator<FoundEvent> {
  const isOutside = (at: number): boolean =>
    (since !== undefined && at < since) || (until !== undefined && at >= until);
  try {
    for await (const { number, text, reason } of readLines(file)) {
      const event: ExportedEvent =
        text === undefined ? { kind: 'bad', reason: reason ?? '' } : parseExportedEvent(text);
      if (event.kind === 'bad') noteBad(tally, `${file}:${number} ${event.reason}`);
      else if (isOutside(event.createdAt)) tally.outside++;
      else if (event.kind === 'other') increment(tally.others, event.name);
      else {
        increment(tally.events, event.notification.event);
        yield { line: number, notification: event.notification };
      }
    }
  } catch (error) {
    noteBad(tally, `${file} cannot be read to its end: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function noteBad(tally: Tally, text: string): void {
  tally.bad++;
  if (tally.badLines.length < MOST_NAMED) tally.badLines.push(text);
}

/** Names come from outside: what there are many of is no name. */
function increment(counts: Map<string, number>, name: string): void {
  const known = counts.has(name) || counts.size < 200 ? name : 'and others';
  counts.set(known, (counts.get(known) ?? 0) + 1);
}

export const sumOf = (counts: ReadonlyMap<string, number>): number =>
  [...counts.values()].reduce((sum, count) => sum + count, 0);
