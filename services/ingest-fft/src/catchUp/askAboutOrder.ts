import {
  type FulfillmenttoolsNotification,
  type ProcessReading,
  type ReadEntity,
  type ReadProcessInput,
  toNotifications,
} from '@pipeline/provider-fulfillmenttools';
import type { DueOrder } from './openOrders.ts';
import { idMark, versionMark } from './orderFacts.ts';

/** `news`: it was told something that was not known. `gone`: its process is no longer there. */
export type AskOutcome = 'news' | 'nothing-new' | 'gone';

export interface Asked {
  readonly outcome: AskOutcome;
  /** Notifications that were handed over to Kafka. */
  readonly told: number;
  readonly refused: ProcessReading['refused'];
}

export interface AskAboutOrderOptions {
  readonly read: (input: ReadProcessInput) => Promise<ProcessReading | undefined>;
  /** Resolves when Kafka has them. */
  readonly publish: (notifications: readonly FulfillmenttoolsNotification[]) => Promise<void>;
}

/** From this ask of a silence on what seemed settled is read too: even that may have been undone without a word. */
const EVERYTHING_FROM = 2;

/**
 * Asks fulfillmenttools about one order and lands what is new of it as notifications.
 * @throws PipelineError what a read or the producer failed with: nothing is lost by asking again.
 */
export async function askAboutOrder(
  { processIds, known, settled, nth }: Pick<DueOrder, 'processIds' | 'known' | 'settled' | 'nth'>,
  { read, publish }: AskAboutOrderOptions,
  signal: AbortSignal,
): Promise<Asked> {
  const isSettled = (id: string): boolean => nth < EVERYTHING_FROM && settled.includes(idMark(id));
  const isKnown = (entity: Pick<ReadEntity, 'id' | 'version'>): boolean => known.includes(versionMark(entity));
  const readings: ProcessReading[] = [];
  for (const processId of processIds) {
    const reading = await read({ processId, isSettled, isKnown, signal });
    if (reading) readings.push(reading);
  }
  if (readings.length === 0) return { outcome: 'gone', told: 0, refused: new Map() };
  const notifications = readings.flatMap((reading) => toNotifications(reading, isKnown));
  if (notifications.length > 0) await publish(notifications);
  const outcome = notifications.length > 0 ? 'news' : 'nothing-new';
  const refused = new Map(readings.flatMap((reading) => [...reading.refused]));
  return { outcome, told: notifications.length, refused };
}
