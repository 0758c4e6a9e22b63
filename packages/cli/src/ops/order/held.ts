import type { LogMessage } from '../kafka/log.ts';
import { describeWebhook } from './happenings.ts';
import type { Held } from './story.ts';

/** Key of the notification that a record of the topic of held ones keeps: `<key>#<offset>-<timestamp>`, also a tombstone's. */
export const originalKey = (key: string | null): string => (key ?? '').replace(/#\d+-\d+$/, '');

/** Records of the topic of held notifications, in order → those that still wait. A tombstone ends one. */
export function toHeld(messages: readonly LogMessage[]): readonly Held[] {
  const latest = new Map(messages.map((message) => [message.key, message]));
  return [...latest.values()].flatMap((message) => {
    const { value, headers, source, partition, offset, timestamp: at } = message;
    if (value === null) return [];
    const place = { topic: source.name, partition, offset, at };
    return [{ place, since: Number(headers['held.since']) || at, event: describeWebhook(message) }];
  });
}
