import type { Codec } from '@pipeline/streams/avro';
import type { Log } from '../kafka/log.ts';
import { findOrderId } from './find.ts';
import { gather } from './gather.ts';
import { isEmpty, isOrder, type Story } from './story.ts';

export interface FindStoryOptions {
  readonly log: Log;
  readonly codec: Codec;
  /** How far back to read and search, milliseconds since the epoch; undefined: as far as the order's life asks for. */
  readonly since: number | undefined;
  readonly now: number;
  readonly say: (line: string) => void;
}

const SEARCHED_MS = 7 * 86_400_000;

/** What Kafka holds about an order, by its number or an id of either vendor; undefined: nothing. */
export async function findStory(id: string, options: FindStoryOptions): Promise<Story | undefined> {
  const { log, codec, since, now, say } = options;
  const reading = { log, codec, since, now };
  const direct = await gather(id, reading);
  if (isOrder(direct)) return direct;
  const orderId = await findOrderId(id, { log, codec, since: since ?? now - SEARCHED_MS, say });
  // Of an id that leads to no order, e.g. a foreign process, at least what lies under it.
  const story = orderId === undefined ? direct : await gather(orderId, reading);
  return isEmpty(story) ? undefined : story;
}
